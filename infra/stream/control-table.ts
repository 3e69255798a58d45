import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { CONTROL_TABLE as TABLE } from '../../catalog/control-table.ts'
import type { Names } from '../../catalog/names.ts'
import { whenDeleted } from '../when-deleted.ts'

/** Alerts and incidents: recoverable to any second of five weeks, gone when they expire. */
export class ControlTable extends TableV2 {
  constructor(scope: Construct, id: string, props: { names: Names; keep: boolean }) {
    super(scope, id, {
      tableName: props.names.controlTable,
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.NUMBER },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TABLE.expiry,
      deletionProtection: props.keep,
      removalPolicy: whenDeleted(props.keep),
      globalSecondaryIndexes: [
        {
          indexName: TABLE.bySeverity,
          partitionKey: { name: TABLE.incidentSeverity, type: AttributeType.STRING },
          sortKey: { name: TABLE.incidentSince, type: AttributeType.NUMBER },
          projectionType: ProjectionType.ALL,
        },
      ],
    })
  }
}
