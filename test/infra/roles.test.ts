import { beforeAll, describe, expect, test } from 'vitest'
import { synthesized } from './synthesized.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

let statements: { policy: string; actions: string[]; resources: unknown[]; condition: unknown }[]
beforeAll(() => {
  const batch = synthesized()
  statements = batch.ofType('AWS::IAM::Policy').flatMap(([policy, { Properties }]) =>
    (Properties.PolicyDocument.Statement as Statement[]).map(({ Action, Resource, Condition }) => ({
      policy,
      actions: [Action].flat(),
      resources: [Resource].flat(),
      condition: Condition,
    })),
  )
  for (const [, { Properties }] of batch.ofType('AWS::IAM::Role')) {
    expect(Properties.ManagedPolicyArns).toBeUndefined()
    expect(Properties.Policies).toBeUndefined()
  }
})

/** What has no resource to name in IAM. */
const WITHOUT_RESOURCE = [
  'xray:',
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
  'glue:GetClassifier',
  'glue:GetSecurityConfiguration',
  'cloudwatch:PutMetricData',
]

describe('every role', () => {
  test('names its actions one by one', () => {
    expect(statements.length).toBeGreaterThan(50)
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([])
  })

  test('names its resources, but where IAM knows none', () => {
    const everywhere = statements.filter(({ resources }) => resources.includes('*'))
    const actions = everywhere.flatMap(({ actions }) => actions)
    expect(actions.filter((action) => !WITHOUT_RESOURCE.some((known) => action.startsWith(known)))).toEqual(
      [],
    )
  })

  test('reaches into a bucket no wider than a zone of it', () => {
    const s3 = statements.filter(({ actions }) => actions.some((action) => action.startsWith('s3:')))
    const wide = s3
      .flatMap(({ resources }) => resources)
      .filter((resource) => /:s3:::[^/]*(\*|\/\*)/.test(JSON.stringify(resource)))
    expect(wide).toEqual([])
  })

  test('deletes no object but what curation and profile overwrite', () => {
    const deleting = statements.filter(({ actions }) => actions.includes('s3:DeleteObject'))
    expect(new Set(deleting.map(({ policy }) => policy.replace(/Role.*/, '')))).toEqual(
      new Set(['CurateJob', 'ProfileJob']),
    )
  })

  test('publishes Glue metrics only under their own name', () => {
    const metrics = statements.filter(({ actions }) => actions.includes('cloudwatch:PutMetricData'))
    expect(metrics.map(({ condition }) => condition)).toEqual([
      { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
    ])
  })
})

test('only the state machine may use the workgroup that is not enforced', () => {
  const users = statements.filter(({ resources }) =>
    JSON.stringify(resources).includes('ecomm-lakehouse-marts-dev"'),
  )
  expect(users.map(({ policy }) => policy.replace(/Role.*/, ''))).toEqual(['NightlyStateMachine'])
})
