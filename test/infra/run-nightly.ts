import type { Json } from '../../local/executor/asl/json.ts'
import type { Machine, State } from '../../local/executor/definition.ts'
import { execute } from '../../local/executor/execute.ts'
import { enteredType, type HistoryEvent } from '../../local/executor/history-event.ts'

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

const RESOURCE = 'arn:aws:states:::probe:'

/** The machine, each of whose tasks calls a resource of the state's own name. */
function byName(machine: Machine): Machine {
  const named = ([name, state]: [string, State]): [string, State] => [
    name,
    {
      ...state,
      ...(state.Type === 'Task' && { Resource: RESOURCE + name }),
      ...(state.ItemProcessor && { ItemProcessor: byName(state.ItemProcessor) }),
      ...(state.Branches && { Branches: state.Branches.map(byName) }),
    },
  ]
  return { ...machine, States: Object.fromEntries(Object.entries(machine.States).map(named)) }
}

/** Runs the machine with answers in place of services; a task without one answers with nothing. No wait is waited for. */
export async function runNightly(machine: Machine, answers: Answers, input: object = {}): Promise<Ran> {
  const visited: string[] = []
  const given: Ran['given'] = []
  const run = async (resource: string, event: unknown): Promise<unknown> => {
    const state = resource.slice(RESOURCE.length)
    given.push([state, structuredClone(event)])
    return (await answers[state]?.(event)) ?? null
  }
  const write = (event: HistoryEvent): void => {
    if (enteredType(event) !== undefined && event.state !== undefined) visited.push(event.state)
  }
  const { output, error } = await execute({
    machine: byName(machine),
    from: { state: machine.StartAt, input: input as Json },
    context: {
      Execution: {
        Id: 'arn:night-1',
        Name: 'night-1',
        Input: {},
        StartTime: '',
        RoleArn: '',
        RedriveCount: 0,
      },
    },
    region: 'us-east-1',
    history: { from: 0, write },
    began: 0,
    door: { run },
    pause: async () => {},
    signal: new AbortController().signal,
  })
  return { visited, given, ...(error ? { error } : { output }) }
}

export class NamedError extends Error {
  constructor(name: string, message = name) {
    super(message)
    this.name = name
  }
}
