import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Finding } from '../../stream/findings.ts'
import { lineSink } from '../shared/line-sink.ts'
import type { DetectEnvironment } from './environment.ts'
import { severityOf } from './incident.ts'

/** Counts a new alert, as a line of EMF by rule and severity: users and products are never dimensions. */
export function countAlert({ namespace, metric }: DetectEnvironment, alert: Finding): void {
  const metrics = new Metrics({ namespace, serviceName: 'detect-high-event-volume' })
  metrics.addDimensions({ rule: alert.rule, severity: severityOf(alert) })
  metrics.addMetric(metric, MetricUnit.Count, 1)
  const sink = lineSink.getStore()
  if (sink) sink(JSON.stringify(metrics.serializeMetrics()))
  else if (process.env.AWS_LAMBDA_FUNCTION_NAME) metrics.publishStoredMetrics()
}
