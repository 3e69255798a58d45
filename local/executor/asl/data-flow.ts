import type { State } from '../definition.ts'
import { readPath } from './expression.ts'
import type { Json } from './json.ts'
import { fill } from './payload-template.ts'
import { withResult } from './result-path.ts'

const filtered = (path: unknown, data: Json, context: Json, field: string): Json =>
  path === null ? {} : readPath(String(path ?? '$'), { data, context }, field)

/** A state's input after `InputPath`. */
export const selectedInput = (state: State, input: Json, context: Json): Json =>
  filtered(state.InputPath, input, context, 'InputPath')

/** What a state works with: its input after `InputPath` and `Parameters`. */
export function effectiveInput(state: State, input: Json, context: Json): Json {
  const data = selectedInput(state, input, context)
  return state.Parameters === undefined ? data : fill(state.Parameters as Json, { data, context })
}

/** What a state gives on: its result after `ResultSelector`, at `ResultPath` of its input, after `OutputPath`. */
export function output(state: State, input: Json, result: Json, context: Json): Json {
  const selected =
    state.ResultSelector === undefined
      ? result
      : fill(state.ResultSelector as Json, { data: result, context })
  const joined = withResult(input, state.ResultPath as string | null | undefined, selected)
  return filtered(state.OutputPath, joined, context, 'OutputPath')
}
