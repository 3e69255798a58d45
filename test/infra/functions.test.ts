import { existsSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { HANDLERS } from '../../workflows/handlers.ts'
import { type Resource, synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
let functions: [string, Resource][]
beforeAll(() => {
  batch = synthesized()
  functions = batch.ofType('AWS::Lambda::Function').filter(([, { Properties }]) => Properties.FunctionName)
})
const named = (handler: string) =>
  functions.find(([, { Properties }]) => Properties.FunctionName === batch.names.lambda(handler))?.[1]
    .Properties

describe('the functions', () => {
  test('are those that somebody calls, each with a handler of its own', () => {
    expect(functions.map(([, { Properties }]) => Properties.FunctionName).sort()).toEqual(
      HANDLERS.map((handler) => batch.names.lambda(handler)).sort(),
    )
    for (const handler of HANDLERS)
      expect(
        existsSync(path.resolve(import.meta.dirname, `../../lambdas/${handler}/handler.ts`)),
        handler,
      ).toBe(true)
  })

  test('run on Node 24 and arm64, traced', () => {
    for (const [, { Properties }] of functions)
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      })
  })

  test('have a log group of their own that forgets', () => {
    const groups = Object.fromEntries(batch.ofType('AWS::Logs::LogGroup'))
    for (const [, { Properties }] of functions) {
      const group = groups[Properties.LoggingConfig.LogGroup.Ref]
      expect(group?.Properties).toEqual({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: 7,
      })
    }
  })

  test('have a role each, without managed policies', () => {
    const roles = functions.map(([, { Properties }]) => Properties.Role['Fn::GetAtt'][0])
    expect(new Set(roles).size).toBe(functions.length)
    for (const role of roles) expect(batch.json.Resources[role].Properties.ManagedPolicyArns).toBeUndefined()
  })

  test('all know the same deployment', () => {
    const { names } = batch
    for (const { environment } of Object.values(batch.functions))
      expect(environment).toMatchObject({
        ENVIRONMENT: 'dev',
        RAW_BUCKET: names.rawBucket,
        LAKE_BUCKET: names.lakeBucket,
        RAW_DATABASE: names.rawDatabase,
        LAKE_DATABASE: names.lakeDatabase,
        VIEW_DATABASE: names.viewDatabase,
        WORKGROUP: names.workgroup,
        STATE_MACHINE_ARN: `arn:aws:states:us-east-1:000000000000:stateMachine:${names.nightly}`,
        OPERATIONS_TOPIC_ARN: `arn:aws:sns:us-east-1:000000000000:${names.operationsTopic}`,
        SQL_DIALECT: 'athena',
      })
  })

  test('have room for an archive where one is unpacked', () => {
    expect(named('unpack-archive')).toMatchObject({ MemorySize: 2048, Timeout: 900 })
    expect(named('gate-slice')).toMatchObject({ MemorySize: 512, Timeout: 300 })
  })
})
