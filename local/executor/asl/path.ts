import { JSONPath } from 'jsonpath-plus'
import { isArray, isObject, type Json } from './json.ts'
import { runtimeError } from './runtime-error.ts'

export type Step = string | number

/** A path that means one place has steps; any other (`$..x`, `$.a[*]`, filters, slices) is for the JSONPath library. */
type Path = { readonly steps: readonly Step[] } | { readonly pattern: string }

const STEP = /\.([^.[\]()*?@'"\s]+)|\[(-?\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y

function parse(text: string): Path {
  if (!text.startsWith('$')) throw runtimeError(`Invalid path '${text}': a path starts with '$'`)
  const steps: Step[] = []
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const found = STEP.exec(text)
    if (!found) return { pattern: text }
    const [, name, index, quoted] = found
    steps.push(
      index === undefined ? (name ?? (quoted ?? found[4] ?? '').replace(/\\(.)/g, '$1')) : Number(index),
    )
  }
  return { steps }
}

const parsed = new Map<string, Path>()
const parsePath = (text: string): Path => {
  const known = parsed.get(text) ?? parse(text)
  parsed.set(text, known)
  return known
}

/** The steps of a path that means one place, as `ResultPath` needs it. */
export function referencePath(text: string): readonly Step[] {
  const path = parsePath(text)
  if (!('steps' in path)) throw runtimeError(`Invalid path '${text}': a reference path names one place`)
  return path.steps
}

function step(value: Json, name: Step): Json | undefined {
  if (typeof name === 'number') return isArray(value) ? value.at(name) : undefined
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** What lies at a path; undefined where a path that means one place finds nothing, a list for any other path. */
export function lookUp(text: string, value: Json): Json | undefined {
  const path = parsePath(text)
  if ('steps' in path)
    return path.steps.reduce<Json | undefined>(
      (at, name) => (at === undefined ? undefined : step(at, name)),
      value,
    )
  try {
    return JSONPath({ path: path.pattern, json: value as object, eval: 'safe', wrap: true }) as Json
  } catch (error) {
    throw runtimeError(`Invalid path '${text}': ${(error as Error).message}`)
  }
}

const SHOWN = 1000

/** What lies at a path, which has to be there. */
export function read(text: string, value: Json, field: string): Json {
  const found = lookUp(text, value)
  if (found === undefined)
    throw runtimeError(
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(value).slice(0, SHOWN)}'`,
    )
  return found
}
