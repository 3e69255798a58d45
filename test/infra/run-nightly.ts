import { StateMachine } from 'aws-local-stepfunctions'
import { type Machine, statesOf } from '../../local/executor/definition.ts'

// biome-ignore lint/suspicious/noExplicitAny: a task's input is whatever the machine hands to it.
export type Answers = Record<string, (input: any) => unknown>

export interface Ran {
  /** States in the order of entering. */
  readonly visited: string[]
  /** What each Task was given, in the order of calls. */
  readonly given: [state: string, input: unknown][]
  readonly output?: unknown
  readonly error?: { readonly name: string; readonly cause: string }
}

/** Runs the machine with answers in place of services; a task without one answers with nothing. No wait is waited for. */
export async function runNightly(machine: Machine, answers: Answers, input: object = {}): Promise<Ran> {
  const visited: string[] = []
  const given: Ran['given'] = []
  const taskResourceLocalHandlers: Record<string, (input: unknown) => Promise<never>> = {}
  const short: Record<string, number> = {}
  for (const [name, { Type }] of statesOf(machine)) {
    short[name] = 0
    if (Type === 'Task')
      taskResourceLocalHandlers[name] = async (event) => {
        given.push([name, structuredClone(event)])
        return ((await answers[name]?.(event)) ?? null) as never
      }
  }
  const execution = new StateMachine(machine as never, { validationOptions: { noValidate: true } }).run(
    input as never,
    {
      overrides: { taskResourceLocalHandlers, waitTimeOverrides: short, retryIntervalOverrides: short },
      context: {
        Execution: {
          Id: 'arn:night-1',
          Name: 'night-1',
          Input: {},
          StartTime: '',
          RoleArn: '',
        },
      },
    },
  )
  const events = (async () => {
    for await (const event of execution.eventLogs)
      if (event.type.endsWith('StateEntered') && 'state' in event) visited.push(event.state.name)
  })()
  try {
    const output = await execution.result
    await events
    return { visited, given, output }
  } catch (thrown) {
    await events
    const outer = thrown as Error
    const error = outer.cause instanceof Error ? outer.cause : outer
    return { visited, given, error: { name: error.name, cause: error.message } }
  }
}

export class NamedError extends Error {
  constructor(name: string, message = name) {
    super(message)
    this.name = name
  }
}
