import { describe, expect, test } from 'vitest'
import { configurationOf } from '../../infra/config.ts'
import { qualitySettingsOf } from '../../lambdas/shared/quality-settings.ts'
import { allSizes, sizesOf } from '../../local/executor/sizes.ts'
import { parseTemplate, resolver } from '../../local/executor/template.ts'
import { ACCOUNT, synthesized } from './synthesized.ts'

const sizesIn = (json: unknown) => {
  const template = parseTemplate(json)
  return sizesOf(template, resolver(template, ACCOUNT))
}

describe.each(['dev', 'test', 'prod'])('the thresholds of %s', (environment) => {
  const { functions, names } = synthesized(environment)

  test('reach the functions that judge, small enough for their environment', () => {
    const { quality } = configurationOf(environment)
    for (const gate of ['gate-slice', 'gate-partition-key']) {
      const variables = functions[names.lambda(gate)]?.environment ?? {}
      expect(qualitySettingsOf(variables.QUALITY ?? '')).toEqual(quality)
      // Lambda takes 4 KB of variables in all.
      expect(JSON.stringify(variables).length).toBeLessThan(3_000)
    }
  })
})

describe('what is paid for by size', () => {
  test('is read from the template: workers, nodes, memory, alarms', () => {
    const { json, names, ofType } = synthesized('prod')
    const sizes = sizesIn(json)
    expect(sizes.jobs).toEqual({ [names.curateJob]: { workerType: 'G.1X', workers: 10 } })
    expect(sizes.profiles).toEqual({ [names.profileJob]: 5 })
    expect(sizes.functions[names.lambda('gate-slice')]).toBe(512)
    expect(sizes.functions[names.lambda('unpack-archive')]).toBe(2048)
    expect(sizes.alarms).toBe(ofType('AWS::CloudWatch::Alarm').length)
    expect(sizes.alarms).toBeGreaterThan(0)
  })

  test('has the service’s own size where a template says nothing, and leaves out what has no name', () => {
    const Resources = {
      Named: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f', Odd: { 'Fn::Select': [] } } },
      Unnamed: { Type: 'AWS::Lambda::Function', Properties: {} },
      Profile: { Type: 'AWS::DataBrew::Job', Properties: { Name: 'p' } },
    }
    const sizes = sizesIn({ Resources })
    expect(sizes).toEqual({ functions: { f: 128 }, jobs: {}, profiles: { p: 5 }, alarms: 0 })
    expect(allSizes([sizes, { ...sizes, functions: { g: 512 }, alarms: 2 }])).toEqual({
      functions: { f: 128, g: 512 },
      jobs: {},
      profiles: { p: 5 },
      alarms: 2,
    })
  })
})
