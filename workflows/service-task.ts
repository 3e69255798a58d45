import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { TaskStateBase, type TaskStateBaseProps, type Timeout } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { RetryPolicy } from './retries.ts'

/** What the state machine's role may do for a task: these actions on these resources. */
export interface Allowance {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

export interface ServiceTaskProps
  extends Omit<TaskStateBaseProps, 'timeout' | 'heartbeat' | 'integrationPattern' | 'taskTimeout'> {
  /** `arn:aws:states:::glue:startJobRun.sync`, or a Lambda function's ARN. */
  readonly resource: string
  /** The task's parameters as ASL has them, `name.$` for paths; the state's input where they are missing. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly allow: readonly Allowance[]
  readonly taskTimeout: Timeout
  readonly retries: readonly RetryPolicy[]
}

/**
 * A Task state with a timeout, retries and exactly the permissions that it is given (docs/adr/0011). CDK's own tasks put
 * Glue's timeout into the job's parameters and grant Athena's every S3 bucket.
 *
 * ```ts
 * new ServiceTask(this, 'StartCrawler', {
 *   resource: 'arn:aws:states:::aws-sdk:glue:startCrawler',
 *   parameters: { Name: names.crawler },
 *   allow: [{ actions: ['glue:StartCrawler'], resources: [crawlerArn] }],
 *   taskTimeout: Timeout.duration(Duration.minutes(1)),
 *   retries: [retries.glue],
 * })
 * ```
 */
export class ServiceTask extends TaskStateBase {
  protected readonly taskMetrics = undefined
  protected readonly taskPolicies: PolicyStatement[]
  readonly #resource: string
  readonly #parameters: ServiceTaskProps['parameters']

  constructor(scope: Construct, id: string, props: ServiceTaskProps) {
    const { resource, parameters, allow, retries, ...base } = props
    super(scope, id, base)
    this.#resource = resource
    this.#parameters = parameters
    this.taskPolicies = allow.map(
      ({ actions, resources }) => new PolicyStatement({ actions: [...actions], resources: [...resources] }),
    )
    for (const retry of retries) this.addRetry({ ...retry, errors: [...retry.errors] })
  }

  protected override _renderTask() {
    return { Resource: this.#resource, ...(this.#parameters && { Parameters: this.#parameters }) }
  }
}
