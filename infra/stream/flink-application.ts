import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnApplication, CfnApplicationCloudWatchLoggingOption } from 'aws-cdk-lib/aws-kinesisanalyticsv2'
import { LogGroup, LogStream, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { acknowledge, permit } from '../permissions.ts'
import type { EventStreams } from './event-streams.ts'

export interface FlinkApplicationProps {
  readonly names: Names
  /** The application as Maven built it. */
  readonly jar: string
  readonly streams: EventStreams
  /** Property groups of the application, by name. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly parallelism: number
  readonly logRetention: RetentionDays
}

/** The rules on Managed Flink: checkpointed, scaled by the service, logged, and started by the deployment. */
export class FlinkApplication extends Construct {
  readonly application: CfnApplication

  constructor(scope: Construct, id: string, props: FlinkApplicationProps) {
    super(scope, id)
    const { names, streams } = props
    const code = new Asset(this, 'Code', { path: props.jar })
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/kinesis-analytics/${names.flinkApplication}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const logStream = new LogStream(this, 'LogStream', { logGroup: logs, logStreamName: 'application' })
    const logStreamArn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logs.logGroupName}:log-stream:${logStream.logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('kinesisanalytics.amazonaws.com') })
    permit(role, [
      {
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [code.bucket.arnForObjects(code.s3ObjectKey)],
      },
      {
        actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
        resources: [streams.events.streamArn],
      },
      {
        actions: ['kinesis:PutRecords'],
        resources: [streams.findings.streamArn, streams.deadLetters.streamArn],
      },
      {
        actions: ['logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logs.logGroupArn, logStreamArn],
      },
      {
        actions: ['logs:DescribeLogGroups'],
        resources: ['*'],
        wildcard: 'logs:DescribeLogGroups knows no resource.',
      },
    ])
    this.application = new CfnApplication(this, 'Application', {
      applicationName: names.flinkApplication,
      runtimeEnvironment: 'FLINK-1_20',
      serviceExecutionRole: role.roleArn,
      applicationConfiguration: {
        applicationCodeConfiguration: {
          codeContentType: 'ZIPFILE',
          codeContent: { s3ContentLocation: { bucketArn: code.bucket.bucketArn, fileKey: code.s3ObjectKey } },
        },
        environmentProperties: {
          propertyGroups: Object.entries(props.properties).map(([propertyGroupId, propertyMap]) => ({
            propertyGroupId,
            propertyMap,
          })),
        },
        // Without CUSTOM the service takes its defaults and says nothing.
        flinkApplicationConfiguration: {
          checkpointConfiguration: {
            configurationType: 'CUSTOM',
            checkpointingEnabled: true,
            checkpointInterval: 60_000,
            minPauseBetweenCheckpoints: 5000,
          },
          monitoringConfiguration: { configurationType: 'CUSTOM', metricsLevel: 'TASK', logLevel: 'INFO' },
          parallelismConfiguration: {
            configurationType: 'CUSTOM',
            autoScalingEnabled: true,
            parallelism: props.parallelism,
            parallelismPerKpu: 1,
          },
        },
        applicationSnapshotConfiguration: { snapshotsEnabled: true },
        // An update or a scaling that does not start leaves an application that stands still, unless the service goes back by itself.
        applicationSystemRollbackConfiguration: { rollbackEnabled: true },
      },
      runConfiguration: {
        applicationRestoreConfiguration: { applicationRestoreType: 'RESTORE_FROM_LATEST_SNAPSHOT' },
        // The names of operators change with the statements, so that a snapshot fits as a whole or not at all: then stream 1 is
        // read from its start, and what is found again has the ids that it had. Without this the update would fail.
        flinkRunConfiguration: { allowNonRestoredState: true },
      },
    })
    this.application.node.addDependency(role)
    const logging = new CfnApplicationCloudWatchLoggingOption(this, 'Logging', {
      applicationName: names.flinkApplication,
      cloudWatchLoggingOption: { logStreamArn },
    })
    logging.node.addDependency(this.application)
    // It goes with the application. Taken away before, it would change one that runs, which could not be deleted meanwhile.
    logging.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.#startWithDeployment(names, props.logRetention, logging)
  }

  /** The service makes an application that stands still; an update restarts one that runs by itself. */
  #startWithDeployment(names: Names, logRetention: RetentionDays, after: Construct): void {
    const application = Stack.of(this).formatArn({
      service: 'kinesisanalytics',
      resource: 'application',
      resourceName: names.flinkApplication,
    })
    const logs = new LogGroup(this, 'StartLogs', {
      logGroupName: `/aws/lambda/${names.flinkApplication}-start`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'StartRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logs.grantWrite(role)
    const start = new AwsCustomResource(this, 'Start', {
      // Nothing when it is deleted: the service halts what runs. A stop is only begun by its call, and what is stopping can't be
      // deleted.
      onCreate: {
        service: 'KinesisAnalyticsV2',
        action: 'StartApplication',
        parameters: { ApplicationName: names.flinkApplication },
        physicalResourceId: PhysicalResourceId.of(names.flinkApplication),
        // It runs already, or starts: what was wanted. All else fails the deployment.
        ignoreErrorCodesMatching: '^ResourceInUseException$',
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: ['kinesisanalytics:StartApplication'],
          resources: [application],
        }),
      ]),
      installLatestAwsSdk: false,
      role,
      logGroup: logs,
      memorySize: 256,
    })
    acknowledge(
      Stack.of(this).node.findChild(`AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`),
      'CloudFormation calls it while it deploys, and waits: what fails fails the deployment, which says so.',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaTracing',
    )
    // The call alone: what it may do is allowed as early as possible, as IAM takes its time.
    start.node.findChild('Resource').node.addDependency(after)
  }
}
