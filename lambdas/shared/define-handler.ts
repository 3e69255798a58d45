import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { z } from 'zod'
import { type Environment, environment } from './environment.ts'
import { InvalidInputError } from './errors.ts'
import { runOf } from './run-id.ts'
import { publish, type Telemetry, telemetryOf } from './telemetry.ts'

interface Invocation extends Telemetry {
  readonly environment: Environment
}

/**
 * What all handlers do around their work: parse the event, log its start and its end with the run in every line, measure.
 * The error that ends an invocation is thrown on as it is, because the state machine catches by name.
 */
export const defineHandler =
  <S extends z.ZodType, R>(
    name: string,
    event: S,
    work: (event: z.output<S>, invocation: Invocation) => Promise<R>,
  ) =>
  async (input: unknown): Promise<R> => {
    const telemetry = telemetryOf(name, runIn(input))
    const { logger, metrics } = telemetry
    const started = performance.now()
    try {
      const parsed = event.safeParse(input)
      if (!parsed.success) throw new InvalidInputError(`${name}: ${z.prettifyError(parsed.error)}`)
      logger.info('started', { event: parsed.data })
      const result = await work(parsed.data, { ...telemetry, environment: environment() })
      logger.info('succeeded', { result })
      return result
    } catch (error) {
      logger.error('failed', error as Error)
      metrics.addMetric('Failures', MetricUnit.Count, 1)
      throw error
    } finally {
      metrics.addMetric('Duration', MetricUnit.Milliseconds, performance.now() - started)
      publish(telemetry)
    }
  }

/** The run as the event names it: all events have `run`, those from outside a run the execution's `name`. */
const runIn = (input: unknown): string => {
  const parsed = z.object({ run: z.string().optional(), name: z.string().optional() }).safeParse(input)
  const { run, name } = parsed.data ?? {}
  return run ?? (name === undefined ? 'none' : runOf(name))
}
