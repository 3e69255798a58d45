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
  'athena:ListDataCatalogs',
  'athena:ListEngineVersions',
  'athena:ListWorkGroups',
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

  test('deletes no object but what curation and profile overwrite, what the vacuum finds, and the hold', () => {
    const deleting = statements.filter(({ actions }) => actions.includes('s3:DeleteObject'))
    expect(new Set(deleting.map(({ policy }) => policy.replace(/Role.*/, '')))).toEqual(
      new Set(['CurateJob', 'ProfileJob', 'Functionsremoveversions', 'Functionsreleasehold']),
    )
    const hold = deleting.find(({ policy }) => policy.startsWith('Functionsreleasehold'))
    expect(JSON.stringify(hold?.resources)).toMatch(/\/control\/hold\.json"/)
    const vacuum = deleting.find(({ policy }) => policy.startsWith('Functionsremoveversions'))
    expect(JSON.stringify(vacuum?.resources)).not.toContain('control')
  })

  test('publishes Glue metrics only under their own name', () => {
    const metrics = statements.filter(({ actions }) => actions.includes('cloudwatch:PutMetricData'))
    expect(metrics.map(({ condition }) => condition)).toEqual([
      { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
    ])
  })
})

test('whoever asks Athena may look for the database that Athena looks for, but create none', () => {
  const running = statements.filter(({ actions }) => actions.includes('athena:StartQueryExecution'))
  const policies = running.map(({ policy }) => policy)
  expect(policies.length).toBeGreaterThanOrEqual(4)
  for (const policy of policies)
    expect(
      statements.filter(
        (statement) =>
          statement.policy === policy &&
          statement.actions.includes('glue:GetDatabase') &&
          /:catalog".*:database\/default"/.test(JSON.stringify(statement.resources)),
      ),
      policy,
    ).toHaveLength(1)
  expect(statements.flatMap(({ actions }) => actions)).not.toContain('glue:CreateDatabase')
})

test('the Glue job opens its script and statements, and may not list where they lie', () => {
  const assets = statements.filter(({ resources }) =>
    JSON.stringify(resources).includes('cdk-hnb659fds-assets'),
  )
  expect(assets.flatMap(({ actions }) => actions)).toEqual(['s3:GetObject'])
})

test('only the state machine may ask in the workgroup that is not enforced', () => {
  const users = statements.filter(
    ({ actions, resources }) =>
      actions.includes('athena:StartQueryExecution') &&
      JSON.stringify(resources).includes('ecomm-lakehouse-marts-dev"'),
  )
  expect(users.map(({ policy }) => policy.replace(/Role.*/, ''))).toEqual(['NightlyStateMachine'])
})
