import { evaluate, type Scope } from './expression.ts'
import { isArray, isObject, type Json } from './json.ts'
import { runtimeError } from './runtime-error.ts'

/** Fills `Parameters`, `ItemSelector` or `ResultSelector`: members whose names end in `.$` are evaluated. */
export function fill(template: Json, scope: Scope): Json {
  if (isArray(template)) return template.map((item) => fill(item, scope))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$')) return [name, fill(value, scope)]
      if (typeof value !== 'string') throw runtimeError(`The value of the field '${name}' has to be a string`)
      return [name.slice(0, -'.$'.length), evaluate(value, scope, name)]
    }),
  )
}
