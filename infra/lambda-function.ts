import path from 'node:path'
import { Duration, RemovalPolicy, type Size } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { acknowledge, type Permission, permit } from './permissions.ts'

const PROJECT = path.resolve(import.meta.dirname, '..')

export interface LambdaFunctionProps {
  /** The folder in `lambdas/` with the handler. */
  readonly handler: string
  readonly functionName: string
  readonly description: string
  readonly environment: Readonly<Record<string, string>>
  readonly permissions: readonly Permission[]
  readonly logRetention: RetentionDays
  readonly memorySize?: number
  readonly timeout?: Duration
  readonly ephemeralStorageSize?: Size
  /** For a function that is called without anybody waiting: what fails for good goes there. */
  readonly deadLetters?: IQueue
  /** Why it needs none, where Step Functions is not its caller. */
  readonly withoutDeadLetters?: string
}

/** A handler on Node 24 and arm64 with a role, a log group and tracing of its own. */
export class LambdaFunction extends Construct {
  readonly function: NodejsFunction

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id)
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    logGroup.grantWrite(role)
    permit(role, props.permissions)

    this.function = new NodejsFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      entry: path.join(PROJECT, 'lambdas', props.handler, 'handler.ts'),
      projectRoot: PROJECT,
      depsLockFilePath: path.join(PROJECT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.minutes(5),
      ...(props.ephemeralStorageSize && { ephemeralStorageSize: props.ephemeralStorageSize }),
      role,
      logGroup,
      ...(props.deadLetters && {
        onFailure: new SqsDestination(props.deadLetters),
        // The most that Lambda makes.
        retryAttempts: 2,
        maxEventAge: Duration.hours(6),
      }),
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        logLevel: LogLevel.WARNING,
        minify: true,
        sourceMap: true,
        // The SDK that was tested, not the one that the runtime happens to have this week.
        bundleAwsSDK: true,
        // Dependencies that are CommonJS ask for `require`, which an ES module does not have.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    })
    acknowledge(
      role,
      'X-Ray takes trace segments for no resource in particular.',
      'AwsSolutions-IAM5[Resource::*]',
    )
    acknowledge(
      this.function,
      props.deadLetters
        ? 'Its destination for failures has more than a dead-letter queue would: the error beside the event.'
        : 'Step Functions calls it and waits: what fails goes to the retries, or ends the execution; never to a queue.',
      'Serverless-LambdaDLQ',
    )
  }
}
