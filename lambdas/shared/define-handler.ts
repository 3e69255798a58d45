import { z } from 'zod'
import { type Environment, environment } from './environment.ts'
import { InvalidInputError } from './errors.ts'
import { logKeysOf } from './log-keys.ts'
import { type Telemetry, telemetryOf } from './telemetry.ts'

interface Invocation extends Omit<Telemetry, 'publish'> {
  readonly environment: Environment
}

/**
 * What all handlers do around their work: parse the event, log its start and its end with the execution (and slice, version,
 * mart) in every line, measure. An event that has `execution`, `run` or `name`, `slice`, `version`, `mart` and `month` by
 * these names needs no more for that. The error that ends an invocation is thrown on as it is, because the state machine
 * catches by name.
 */
export const defineHandler =
  <S extends z.ZodType, R>(
    name: string,
    event: S,
    work: (event: z.output<S>, invocation: Invocation) => Promise<R>,
  ) =>
  async (input: unknown): Promise<R> => {
    const telemetry = telemetryOf(name, logKeysOf(input))
    const { logger } = telemetry
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
      telemetry.measure({ Failures: 1 })
      throw error
    } finally {
      telemetry.measure({ Duration: performance.now() - started })
      telemetry.publish()
    }
  }
