import { TaskError } from '../task-error.ts'
import { isArray, isObject, type Json } from './json.ts'
import { referencePath, type Step } from './path.ts'

function conflict(path: string, input: Json): TaskError {
  // The name that the service gives; its documentation says States.ResultPathMatchFailure.
  return new TaskError(
    'States.ReferencePathConflict',
    `Unable to apply step of ReferencePath '${path}' to input '${JSON.stringify(input).slice(0, 1000)}'`,
  )
}

function set(at: Json | undefined, steps: readonly Step[], value: Json, fail: () => Error): Json {
  const [name, ...rest] = steps
  if (name === undefined) return value
  if (typeof name === 'number') {
    if (!isArray(at) || name < 0 || name >= at.length) throw fail()
    return at.with(name, set(at[name], rest, value, fail))
  }
  if (at !== undefined && !isObject(at)) throw fail()
  const former = at && Object.hasOwn(at, name) ? at[name] : undefined
  return { ...at, [name]: set(former, rest, value, fail) }
}

/** The input with a result at `ResultPath`; objects on the way there are made. Null leaves the input as it is. */
export function withResult(input: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return input
  if (path === undefined) return result
  return set(input, referencePath(path), result, () => conflict(path, input))
}
