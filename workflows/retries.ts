import { Duration } from 'aws-cdk-lib'
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions'

/** Every policy names its errors, waits longer each time up to a limit, and spreads the attempts. */
export type RetryPolicy = Required<Omit<RetryProps, 'errors'>> & { readonly errors: readonly string[] }

const policy = (
  errors: readonly string[],
  { maxAttempts, from, upTo }: { maxAttempts: number; from: Duration; upTo: Duration },
): RetryPolicy => ({
  errors,
  maxAttempts,
  interval: from,
  maxDelay: upTo,
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
})

/**
 * Retries by class of error. What only a change of input, data or code can mend is in none of them:
 * `InvalidInputError`, `NightAlreadyRunningError`, `ReconciliationError`, `QualityHaltError`, `PublicationError`, …
 */
export const retries = {
  /** The Lambda service could not run our function. */
  lambdaService: policy(
    [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    { maxAttempts: 6, from: Duration.seconds(2), upTo: Duration.minutes(1) },
  ),
  /** Our function ran, and a service that it called was busy: the SDK's own retries are used up. */
  calledServiceBusy: policy(
    [
      'ThrottlingException',
      'TooManyRequestsException',
      'SlowDown',
      'ServiceUnavailable',
      'InternalServerException',
      'InternalServiceException',
      'ConcurrentModificationException',
      'RetryableQueryError',
      'TimeoutError',
    ],
    { maxAttempts: 4, from: Duration.seconds(5), upTo: Duration.minutes(2) },
  ),
  /** No answer in time. Every task is idempotent, so one more attempt does no harm. */
  timeout: policy(['States.Timeout', 'Sandbox.Timedout'], {
    maxAttempts: 1,
    from: Duration.seconds(10),
    upTo: Duration.minutes(1),
  }),
  /** Stream 1 had no room for a replay for minutes; live events go first, and what was sent is not sent again. */
  streamThrottled: policy(['StreamThrottledError'], {
    maxAttempts: 6,
    from: Duration.seconds(30),
    upTo: Duration.minutes(5),
  }),
  glue: policy(
    [
      'Glue.AWSGlueException',
      'Glue.ConcurrentRunsExceededException',
      'Glue.InternalServiceException',
      'Glue.OperationTimeoutException',
      'Glue.ResourceNotReadyException',
      'Glue.ResourceNumberLimitExceededException',
      'Glue.ThrottlingException',
    ],
    { maxAttempts: 6, from: Duration.seconds(30), upTo: Duration.minutes(5) },
  ),
  /**
   * A run that was killed (its driver lost, out of memory) ended FAILED, and nobody can tell that from one that will fail
   * again: once more, which removes what the first has left. `States.TaskFailed` stands for every error but a timeout, so it
   * comes behind those that have a policy of their own.
   */
  job: policy(['States.TaskFailed'], {
    maxAttempts: 1,
    from: Duration.seconds(30),
    upTo: Duration.minutes(1),
  }),
  databrew: policy(
    [
      'DataBrew.ConflictException',
      'DataBrew.InternalServerException',
      'DataBrew.ThrottlingException',
      'DataBrew.TooManyRequestsException',
    ],
    { maxAttempts: 5, from: Duration.seconds(15), upTo: Duration.minutes(3) },
  ),
  /** The query never started. A query that failed needs a location of its own: `Another attempt?` sees to that. */
  athena: policy(
    ['Athena.InternalServerException', 'Athena.TooManyRequestsException', 'Athena.ThrottlingException'],
    { maxAttempts: 6, from: Duration.seconds(5), upTo: Duration.minutes(2) },
  ),
  quicksight: policy(
    [
      'QuickSight.ConflictException',
      'QuickSight.InternalFailureException',
      'QuickSight.ResourceUnavailableException',
      'QuickSight.ThrottlingException',
    ],
    { maxAttempts: 5, from: Duration.seconds(10), upTo: Duration.minutes(2) },
  ),
  /** The child could not be started. What it fails with once it runs, its own states have retried. */
  stepFunctions: policy(
    [
      'StepFunctions.ExecutionLimitExceeded',
      'StepFunctions.ExecutionLimitExceededException',
      'StepFunctions.ThrottlingException',
      'StepFunctions.ServiceUnavailable',
    ],
    { maxAttempts: 6, from: Duration.seconds(10), upTo: Duration.minutes(5) },
  ),
  sns: policy(['SNS.InternalErrorException', 'SNS.ThrottledException', 'SNS.KMSThrottlingException'], {
    maxAttempts: 5,
    from: Duration.seconds(2),
    upTo: Duration.minutes(1),
  }),
} as const satisfies Record<string, RetryPolicy>
