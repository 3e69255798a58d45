/** A value as JSON carries it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value)

/** As a state machine compares: members in any order. */
export function isEqual(a: Json, b: Json): boolean {
  if (isArray(a) && isArray(b))
    return a.length === b.length && a.every((item, i) => isEqual(item, b[i] as Json))
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a)
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isEqual(a[name] as Json, b[name] as Json))
    )
  }
  return a === b
}

/** Bytes as Step Functions counts a payload: UTF-8 of its JSON. */
export const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')
