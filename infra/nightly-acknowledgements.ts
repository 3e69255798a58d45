import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { LAKE } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import { arnsOf } from './arns.ts'
import { acknowledge, acknowledgeWildcards } from './permissions.ts'

/** Why the state machine's role has wildcards; `workflows/` grants them, but does not know cdk-nag. */
export function acknowledgeNightly(stateMachine: StateMachine, names: Names): void {
  const arns = arnsOf(stateMachine, names)
  acknowledge(
    stateMachine.role,
    'Log deliveries and X-Ray have no resources in IAM; this is what their documentation asks for.',
    'AwsSolutions-IAM5[Resource::*]',
  )
  acknowledgeWildcards(
    stateMachine.role,
    [
      arns.lake.keys(LAKE.curated),
      arns.lake.keys(LAKE.marts),
      arns.results.keys(`${names.martWorkgroup}/`),
      arns.table(names.lakeDatabase, '*'),
    ],
    "Athena runs a mart's CTAS in the name of this role: it reads versions and writes attempts that are named at night.",
  )
  acknowledgeWildcards(
    stateMachine.role,
    [`${arns.dataSets}/ingestion/*`],
    'An ingestion is named after its night; data sets are those of this deployment.',
  )
}
