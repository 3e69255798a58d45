import { z } from 'zod'

/** What an emulated service answers where AWS would answer with an error; `code` is AWS's own name for it. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
  }
}

export interface CallContext {
  readonly signal: AbortSignal
}

type Handler = (input: unknown, context: CallContext) => Promise<unknown>

const camelCase = (action: string): string => action.charAt(0).toLowerCase() + action.slice(1)

/**
 * The emulated actions, keyed `service:action` (`glue:startJobRun`): one registry behind both doors, the state machine's
 * tasks and the wire. Inputs and outputs have AWS's own shapes; points in time are `Date`, which each door spells its own
 * way.
 */
export class Registry {
  readonly #handlers = new Map<string, Handler>()

  register<S extends z.ZodType>(
    service: string,
    action: string,
    input: S,
    handler: (input: z.output<S>, context: CallContext) => Promise<unknown>,
  ): void {
    const key = `${service}:${action}`
    this.#handlers.set(key, async (given, context) => {
      const parsed = input.safeParse(given ?? {})
      if (!parsed.success)
        throw new AwsError('ValidationException', `${key}: ${z.prettifyError(parsed.error)}`)
      return await handler(parsed.data, context)
    })
  }

  async call(service: string, action: string, input: unknown, context: CallContext): Promise<unknown> {
    const key = `${service}:${camelCase(action)}`
    const handler = this.#handlers.get(key)
    if (!handler) throw new AwsError('NotImplemented', `${key} is not emulated on this machine`, 501)
    context.signal.throwIfAborted()
    return await handler(input, context)
  }

  /** Every emulated action as `service:action`, sorted. */
  actions(): string[] {
    return [...this.#handlers.keys()].sort()
  }
}
