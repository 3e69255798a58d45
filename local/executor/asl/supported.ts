import { type Machine, type State, statesOf } from '../definition.ts'
import { isObject } from './json.ts'

/** Fields of the Amazon States Language that this executor does not know; ignored, they would mean something else. */
const UNKNOWN = [
  'Arguments',
  'Assign',
  'Credentials',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'ItemBatcher',
  'ItemReader',
  'Items',
  'Output',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
]

export class UnsupportedDefinitionError extends Error {
  constructor(problems: readonly string[]) {
    super(`the embedded platform can't run this state machine: ${problems.join('; ')}`)
    this.name = 'InvalidDefinition'
  }
}

function problemsOf(name: string, state: State): string[] {
  const config = isObject(state.ItemProcessor) ? state.ItemProcessor.ProcessorConfig : undefined
  const mode = isObject(config) ? config.Mode : undefined
  return [
    ...UNKNOWN.filter((field) => field in state).map((field) => `${name} has ${field}`),
    ...(state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONPath'
      ? [`${name} is in ${state.QueryLanguage}`]
      : []),
    ...(mode !== undefined && mode !== 'INLINE' ? [`${name} is a ${mode} Map`] : []),
    ...(state.Resource?.endsWith('.waitForTaskToken') ? [`${name} waits for a task token`] : []),
  ]
}

/** Refuses a definition whose meaning this executor would change. */
export function checkSupported(machine: Machine): void {
  const language = (machine as { QueryLanguage?: unknown }).QueryLanguage
  const problems = [
    ...(language !== undefined && language !== 'JSONPath' ? [`it is in ${language}`] : []),
    ...[...statesOf(machine)].flatMap(([name, state]) => problemsOf(name, state)),
  ]
  if (problems.length > 0) throw new UnsupportedDefinitionError(problems)
}
