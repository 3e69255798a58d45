import { Duration } from 'aws-cdk-lib'
import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { arnOf, type NightContext, within, withinJob } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

/** Profiles the changed months with DataBrew and judges whether category_id is a sound partition key for them. */
export function profileSection(night: NightContext) {
  const { scope, names } = night
  const job = [arnOf(scope, 'databrew', 'job', names.profileJob)]

  const pointProfile = new ServiceTask(scope, 'PointProfileAtSlices', {
    resource: 'arn:aws:states:::aws-sdk:databrew:updateDataset',
    parameters: {
      Name: names.profileDataset,
      // An update replaces the whole definition: what is left out here is lost.
      Format: 'CSV',
      FormatOptions: { Csv: { Delimiter: ',', HeaderRow: true } },
      Input: { S3InputDefinition: { Bucket: names.rawBucket, 'Key.$': '$.plan.profileKey' } },
    },
    allow: [
      {
        actions: ['databrew:UpdateDataset'],
        resources: [arnOf(scope, 'databrew', 'dataset', names.profileDataset)],
      },
    ],
    taskTimeout: within(Duration.minutes(2)),
    retries: [retries.databrew, retries.timeout],
    resultPath: JsonPath.DISCARD,
  })
  const profileRaw = new ServiceTask(scope, 'ProfileRaw', {
    resource: 'arn:aws:states:::databrew:startJobRun.sync',
    parameters: { Name: names.profileJob },
    allow: [
      {
        actions: [
          'databrew:StartJobRun',
          'databrew:StopJobRun',
          'databrew:DescribeJobRun',
          'databrew:ListJobRuns',
        ],
        resources: job,
      },
    ],
    taskTimeout: withinJob(night.profileTimeout),
    retries: [retries.databrew, retries.timeout],
    resultSelector: { 'runId.$': '$.RunId' },
    resultPath: '$.profile',
  })
  const gate = lambdaTask(night, 'GatePartitionKey', 'gate-partition-key', { resultPath: JsonPath.DISCARD })

  pointProfile.next(profileRaw).next(gate)
  return { first: pointProfile, last: gate }
}
