import path from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../../catalog/names.ts'
import { arnsOf } from '../../infra/arns.ts'
import { lambdaPermissions } from '../../infra/lambda-permissions.ts'
import { HANDLERS } from '../../workflows/handlers.ts'
import { usedActions } from './used-actions.ts'

const names = namesOf({ environment: 'dev', region: 'us-east-1' })
const permissions = lambdaPermissions(arnsOf(new Stack(new App(), 'Any'), names), names)
const used = (handler: string) =>
  usedActions(path.resolve(import.meta.dirname, `../../lambdas/${handler}/handler.ts`))
const allowed = (handler: (typeof HANDLERS)[number]) =>
  new Set(permissions[handler].flatMap(({ actions }) => actions))

/** What Athena and uploads need of their caller's rights beside the calls that stand in the code. */
const ON_BEHALF = new Set([
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:GetBucketLocation',
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  'athena:GetDataCatalog',
  'athena:StopQueryExecution',
  'glue:GetDatabase',
  'glue:GetTable',
  'glue:GetTables',
  'glue:GetPartition',
  'glue:GetPartitions',
  'glue:BatchGetPartition',
  'glue:CreateTable',
  'glue:UpdateTable',
])

describe.each(HANDLERS)('the role of %s', (handler) => {
  test('allows every call that the code makes', () => {
    expect([...used(handler)].filter((action) => !allowed(handler).has(action))).toEqual([])
  })

  test('allows no other call', () => {
    const more = [...allowed(handler)].filter(
      (action) => !used(handler).has(action) && !ON_BEHALF.has(action),
    )
    expect(more).toEqual([])
  })
})

test('calls are found in what a handler imports', () => {
  expect(used('plan-slices')).toContain('s3:ListBucket')
  expect(used('test-mart')).toContain('athena:StartQueryExecution')
})
