import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { METRICS, METRICS_NAMESPACE, type MetricName } from '../../catalog/metrics.ts'
import { lineSink } from './line-sink.ts'
import type { LogKeys } from './log-keys.ts'

/** Values by the names that `catalog/metrics.ts` lists. */
type Values = Partial<Record<MetricName, number>>

/** Dimensions beside `service` and `environment`; each has as many values as the definition, never as the data. */
interface Dimensions {
  /** A state of the state machine. */
  readonly step: string
}

export interface Telemetry {
  /** Every line has the handler, and what it is about. */
  readonly logger: Logger
  /** Adds values to the line of metrics that the invocation ends with. */
  measure(values: Values): void
  /** Sends values under another dimension, as a line of their own. */
  measureBy(dimensions: Dimensions, values: Values): void
  /** Sends what was added. */
  publish(): void
}

/** Telemetry of one invocation: lines go to the sink that is bound to the call, else to stdout, where Lambda takes them. */
export function telemetryOf(handler: string, keys: LogKeys): Telemetry {
  const sink = lineSink.getStore() ?? (isSilent() ? () => undefined : undefined)
  const options = { serviceName: handler, persistentKeys: { ...keys } }
  const logger = sink ? loggerTo(sink, options) : new Logger(options)
  const newMetrics = () => {
    const defaultDimensions = { environment: process.env.ENVIRONMENT || 'unknown' }
    const metrics = new Metrics({
      namespace: METRICS_NAMESPACE,
      serviceName: handler,
      defaultDimensions,
      logger,
    })
    // Beside the metrics in the line, but no dimensions: they grow without bound.
    for (const [key, value] of Object.entries(keys)) metrics.addMetadata(key, value)
    return metrics
  }
  const send = (metrics: Metrics) => {
    if (!metrics.hasStoredMetrics()) return
    if (!sink) metrics.publishStoredMetrics()
    else sink(JSON.stringify(metrics.serializeMetrics()))
  }
  const own = newMetrics()
  return {
    logger,
    measure: (values) => add(own, values),
    measureBy({ step }, values) {
      const metrics = newMetrics().addDimension('step', step)
      add(metrics, values)
      send(metrics)
    },
    publish: () => send(own),
  }
}

const add = (metrics: Metrics, values: Values): void => {
  for (const [name, value] of Object.entries(values))
    metrics.addMetric(name, METRICS[name as MetricName], value)
}

type LoggerOptions = ConstructorParameters<typeof Logger>[0]

/** A class for each sink and no field: the constructor of `Logger` may print before a field would be there. */
const loggerTo = (sink: (line: string) => void, options: LoggerOptions): Logger =>
  new (class extends Logger {
    protected override printLog(...[, item]: Parameters<Logger['printLog']>): void {
      item.prepareForPrint()
      sink(
        JSON.stringify(
          item.getAttributes(),
          this.getJsonReplacer() as (key: string, value: unknown) => unknown,
        ),
      )
    }
  })(options)

/** Nobody reads the stdout of a process that is no Lambda (unit tests, a script), unless POWERTOOLS_DEV asks for it. */
const isSilent = (): boolean =>
  process.env.AWS_LAMBDA_FUNCTION_NAME === undefined && process.env.POWERTOOLS_DEV !== 'true'
