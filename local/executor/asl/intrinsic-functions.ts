import { createHash, randomInt, randomUUID } from 'node:crypto'
import { isArray, isEqual, isObject, type Json } from './json.ts'
import { runtimeError } from './runtime-error.ts'

const LONGEST_TEXT = 10_000
const MOST_ITEMS = 1000
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

const demand = (holds: boolean, what: string): void => {
  if (!holds) throw runtimeError(what)
}

function array(value: Json | undefined): readonly Json[] {
  if (!isArray(value)) throw runtimeError('an array is needed')
  return value
}

function text(value: Json | undefined, limit = Number.POSITIVE_INFINITY): string {
  if (typeof value !== 'string') throw runtimeError('a string is needed')
  demand(value.length <= limit, `the string has ${value.length} characters; the limit is ${limit}`)
  return value
}

/** "If you specify a non-integer value, Step Functions will round it off to the nearest integer." */
function integer(value: Json | undefined): number {
  if (typeof value !== 'number') throw runtimeError('a number is needed')
  return Math.round(value)
}

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A string literal without the backslashes of its escapes. */
export const unescaped = (raw: string): string => raw.replace(/\\(.)/gs, '$1')

/** `{}` takes the next value; `\{\}` is two braces. */
export function format(raw: string, values: readonly Json[]): string {
  let next = 0
  const formatted = raw.replace(/\\(.)|\{\}/gs, (_, escaped?: string) => {
    if (escaped !== undefined) return escaped
    demand(next < values.length, `States.Format has more {} than values (${values.length})`)
    next += 1
    return shown(values[next - 1] as Json)
  })
  demand(next === values.length, `States.Format has ${next} {} for ${values.length} values`)
  return formatted
}

function range(first: number, last: number, step: number): Json {
  demand(step !== 0, 'the step of States.ArrayRange is 0')
  const length = Math.max(0, Math.floor((last - first) / step) + 1)
  demand(length <= MOST_ITEMS, `States.ArrayRange makes at most ${MOST_ITEMS} items, not ${length}`)
  return Array.from({ length }, (_, i) => first + i * step)
}

function partition(items: readonly Json[], size: number): Json {
  demand(size > 0, 'the size of States.ArrayPartition is a whole number above 0')
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

function item(items: readonly Json[], index: number): Json {
  const found = items[index]
  if (found === undefined)
    throw runtimeError(`index ${index} is outside of the array of ${items.length} items`)
  return found
}

function merge(a: Json | undefined, b: Json | undefined, isDeep: Json | undefined): Json {
  demand(
    isDeep === false,
    'States.JsonMerge merges the first level alone: its third argument has to be false',
  )
  if (!isObject(a) || !isObject(b)) throw runtimeError('States.JsonMerge merges two objects')
  return { ...a, ...b }
}

function parse(json: string): Json {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw runtimeError(`States.StringToJson: ${(error as Error).message}`)
  }
}

function hash(data: string, algorithm: string): Json {
  const name = ALGORITHMS[algorithm]
  if (!name) throw runtimeError(`States.Hash knows ${Object.keys(ALGORITHMS).join(', ')}, not ${algorithm}`)
  return createHash(name).update(data).digest('hex')
}

/** A seeded generator of 32 bits (mulberry32): the service promises the same number for the same seed, not which. */
function seeded(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

function random(start: number, end: number, seed: Json | undefined): Json {
  demand(start < end, 'States.MathRandom needs a start below its end')
  return seed === undefined
    ? randomInt(start, end)
    : start + Math.floor(seeded(integer(seed)) * (end - start))
}

const splitBy = (value: string, delimiters: string): Json => {
  const characters = [...delimiters].map((one) => one.replace(/[\\\]^-]/g, '\\$&')).join('')
  return value.split(new RegExp(`[${characters}]`, 'u')).filter((part) => part !== '')
}

type Values = readonly Json[]
interface Intrinsic {
  /** How many values it takes, at least and at most. */
  readonly takes: readonly [number, number]
  readonly apply: (values: Values) => Json
}
const takes = (least: number, most: number, apply: (values: Values) => Json): Intrinsic => ({
  takes: [least, most],
  apply,
})

/** The intrinsic functions but `States.Format`, by name. */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'States.Array': takes(0, Number.POSITIVE_INFINITY, (values) => [...values]),
  'States.ArrayContains': takes(2, 2, ([a, value]) => array(a).some((one) => isEqual(one, value as Json))),
  'States.ArrayGetItem': takes(2, 2, ([a, index]) => item(array(a), integer(index))),
  'States.ArrayLength': takes(1, 1, ([a]) => array(a).length),
  'States.ArrayPartition': takes(2, 2, ([a, size]) => partition(array(a), integer(size))),
  'States.ArrayRange': takes(3, 3, ([a, b, step]) => range(integer(a), integer(b), integer(step))),
  'States.ArrayUnique': takes(1, 1, ([a]) =>
    array(a).filter((one, i, all) => all.findIndex((other) => isEqual(one, other)) === i),
  ),
  'States.Base64Decode': takes(1, 1, ([a]) => Buffer.from(text(a, LONGEST_TEXT), 'base64').toString()),
  'States.Base64Encode': takes(1, 1, ([a]) => Buffer.from(text(a, LONGEST_TEXT)).toString('base64')),
  'States.Hash': takes(2, 2, ([data, name]) => hash(text(shown(data as Json), LONGEST_TEXT), text(name))),
  'States.JsonMerge': takes(3, 3, ([a, b, isDeep]) => merge(a, b, isDeep)),
  'States.JsonToString': takes(1, 1, ([a]) => JSON.stringify(a)),
  'States.MathAdd': takes(2, 2, ([a, b]) => integer(a) + integer(b)),
  'States.MathRandom': takes(2, 3, ([a, b, seed]) => random(integer(a), integer(b), seed)),
  'States.StringSplit': takes(2, 2, ([a, by]) => splitBy(text(a), text(by))),
  'States.StringToJson': takes(1, 1, ([a]) => parse(text(a))),
  'States.UUID': takes(0, 0, () => randomUUID()),
}
