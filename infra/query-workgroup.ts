import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena'
import { Construct } from 'constructs'
import { resultsPrefix, s3Uri } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'

export interface QueryWorkgroupProps {
  readonly names: Names
  readonly scanLimitGiB: number
  readonly deleteWithQueries: boolean
}

/**
 * Where queries run. Clients can't change results' place or encryption in the one that analysts, dashboards and Lambdas
 * use. Athena refuses `external_location` in such a workgroup, so CTAS of marts has one that is not enforced and that only
 * the state machine's role may use (docs/adr/0012).
 */
export class QueryWorkgroup extends Construct {
  constructor(scope: Construct, id: string, { names, scanLimitGiB, deleteWithQueries }: QueryWorkgroupProps) {
    super(scope, id)
    const workgroup = (id: string, name: string, description: string, enforced: boolean) =>
      new CfnWorkGroup(this, id, {
        name,
        description,
        recursiveDeleteOption: deleteWithQueries,
        workGroupConfiguration: {
          enforceWorkGroupConfiguration: enforced,
          publishCloudWatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: scanLimitGiB * 1024 ** 3,
          engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
          resultConfiguration: {
            outputLocation: s3Uri(names.resultsBucket, resultsPrefix(name)),
            encryptionConfiguration: { encryptionOption: 'SSE_S3' },
          },
        },
      })
    workgroup('Enforced', names.workgroup, 'Analysts, dashboards, data tests, views.', true)
    workgroup('Marts', names.martWorkgroup, 'CTAS of marts, for the nightly state machine alone.', false)
  }
}
