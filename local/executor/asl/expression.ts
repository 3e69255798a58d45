import { format, INTRINSICS, unescaped } from './intrinsic-functions.ts'
import { type Argument, type Call, parseIntrinsic } from './intrinsic-parser.ts'
import type { Json } from './json.ts'
import { read } from './path.ts'
import { runtimeError } from './runtime-error.ts'

/** What expressions are evaluated in: the state's data (`$`) and the context object (`$$`). */
export interface Scope {
  readonly data: Json
  readonly context: Json
}

/** `$.a`, or `$$.Execution.Id` of the context object. */
export const readPath = (path: string, { data, context }: Scope, field: string): Json =>
  path.startsWith('$$') ? read(path.slice(1), context, field) : read(path, data, field)

const calls = new Map<string, Call>()
const callOf = (text: string): Call => {
  const call = calls.get(text) ?? parseIntrinsic(text)
  calls.set(text, call)
  return call
}

/** The value of a field whose name ends in `.$`: a path, or an intrinsic function. */
export function evaluate(text: string, scope: Scope, field: string): Json {
  return text.startsWith('States.') ? apply(callOf(text), scope, field) : readPath(text, scope, field)
}

function apply(call: Call, scope: Scope, field: string): Json {
  const [first, ...rest] = call.arguments
  if (call.name === 'States.Format' && first) {
    const template = first.kind === 'string' ? first.raw : argumentValue(first, scope, field)
    if (typeof template !== 'string') throw runtimeError('the template of States.Format is a string')
    return format(
      template,
      rest.map((argument) => argumentValue(argument, scope, field)),
    )
  }
  const intrinsic = INTRINSICS[call.name]
  if (!intrinsic) throw runtimeError(`there is no intrinsic function ${call.name}`)
  const [least, most] = intrinsic.takes
  const count = call.arguments.length
  if (count < least || count > most)
    throw runtimeError(
      `${call.name} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${count}`,
    )
  return intrinsic.apply(call.arguments.map((argument) => argumentValue(argument, scope, field)))
}

function argumentValue(argument: Argument, scope: Scope, field: string): Json {
  if (argument.kind === 'call') return apply(argument, scope, field)
  if (argument.kind === 'path') return readPath(argument.path, scope, field)
  return argument.kind === 'string' ? unescaped(argument.raw) : argument.value
}
