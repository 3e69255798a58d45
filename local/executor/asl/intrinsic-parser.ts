import { runtimeError } from './runtime-error.ts'

/** An argument of an intrinsic function. Strings keep their escapes: `States.Format` tells `\{` from `{`. */
export type Argument =
  | { readonly kind: 'string'; readonly raw: string }
  | { readonly kind: 'value'; readonly value: null | boolean | number }
  | { readonly kind: 'path'; readonly path: string }
  | Call

export interface Call {
  readonly kind: 'call'
  readonly name: string
  readonly arguments: readonly Argument[]
}

const LITERALS: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false }
const SPACE = /\s*/y
const STRING = /'((?:[^'\\]|\\.)*)'/y
const WORD = /[\w.+-]+/y
const NAME = /States\.[A-Za-z0-9]+/y

/** Parses `States.Format('{}/{}', $.a, States.MathAdd($.b, 1))`. */
export function parseIntrinsic(text: string): Call {
  let at = 0
  const fail = (what: string): never => {
    throw runtimeError(`Invalid intrinsic function '${text}': ${what} at position ${at + 1}`)
  }
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }
  const isNext = (character: string): boolean => {
    take(SPACE)
    if (text[at] !== character) return false
    at += 1
    return true
  }

  /** A path ends at the comma or parenthesis that is in none of its own brackets and quotes. */
  function path(): Argument {
    const from = at
    let depth = 0
    for (let quote = ''; at < text.length; at += 1) {
      const character = text[at] ?? ''
      if (quote) {
        if (character === '\\') at += 1
        else if (character === quote) quote = ''
      } else if (depth > 0 && (character === "'" || character === '"')) quote = character
      else if (character === '[' || character === '(') depth += 1
      else if (depth > 0 && (character === ']' || character === ')')) depth -= 1
      else if (depth === 0 && (character === ',' || character === ')')) break
    }
    return { kind: 'path', path: text.slice(from, at).trim() }
  }

  function argument(): Argument {
    take(SPACE)
    if (text[at] === '$') return path()
    const string = take(STRING)
    if (string) return { kind: 'string', raw: string[1] ?? '' }
    if (text.startsWith('States.', at)) return call()
    const [word = ''] = take(WORD) ?? []
    if (Object.hasOwn(LITERALS, word)) return { kind: 'value', value: LITERALS[word] ?? null }
    if (word === '' || Number.isNaN(Number(word))) fail('a string, a number, a path or a function is needed')
    return { kind: 'value', value: Number(word) }
  }

  function call(): Call {
    const [name = ''] = take(NAME) ?? []
    if (name === '' || !isNext('(')) fail('a function is needed')
    const list: Argument[] = []
    if (isNext(')')) return { kind: 'call', name, arguments: list }
    do list.push(argument())
    while (isNext(','))
    if (!isNext(')')) fail('")" is missing')
    return { kind: 'call', name, arguments: list }
  }

  take(SPACE)
  const parsed = call()
  take(SPACE)
  if (at < text.length) fail('nothing more is expected')
  return parsed
}
