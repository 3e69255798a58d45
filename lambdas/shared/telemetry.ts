import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'

/** Where the functions' own metrics are found in CloudWatch. */
const METRICS_NAMESPACE = 'EcommerceLakehouse'

export interface Telemetry {
  /** Every line has the handler and the run. */
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Quiet where it does not run in Lambda (unit tests, the embedded platform), unless POWERTOOLS_DEV asks for it. */
const isQuiet = (): boolean =>
  process.env.AWS_LAMBDA_FUNCTION_NAME === undefined && process.env.POWERTOOLS_DEV !== 'true'

export function telemetryOf(handler: string, run: string): Telemetry {
  const logger = new Logger({ serviceName: handler, persistentKeys: { run } })
  if (isQuiet()) logger.setLogLevel('SILENT')
  return {
    logger,
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: handler, logger }),
  }
}

/** Writes the metrics that were added as one EMF line. */
export const publish = ({ metrics }: Telemetry): void => {
  if (isQuiet()) metrics.clearMetrics()
  else metrics.publishStoredMetrics()
}
