import { TaskError } from './task-error.ts'

type Result = Readonly<Record<string, unknown>>

const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** An API's answer as an optimised integration gives it to a state: PascalCase, in order, times in milliseconds. */
export const inPascalCase = (answer: Result): Result =>
  Object.fromEntries(
    Object.entries(answer)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [upperFirst(name), spelled(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const spelled = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? inPascalCase(value as Result)
    : value
}

const isJsonObject = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** `StartExecution`'s input from a task's `StateMachineArn`, `Input` and `Name`. */
export function childInput({ StateMachineArn, Input = {}, Name }: Result): Result {
  if (Name !== undefined && (typeof Name !== 'string' || Name === ''))
    throw new TaskError(
      'States.Runtime',
      'The Name of a child execution has to be a string that is not empty',
    )
  // The text of an object, as States.JsonToString makes it, is that object.
  const input = typeof Input === 'string' && isJsonObject(Input) ? Input : JSON.stringify(Input)
  return { stateMachineArn: StateMachineArn, input, ...(Name !== undefined && { name: Name }) }
}

/** A child's description: with `.sync` its input and output are texts of JSON, with `.sync:2` they are values. */
export function childOutcome(described: Result, suffix: string): Result {
  const outcome = inPascalCase(described)
  if (suffix !== 'sync:2') return outcome
  const { Input, Output } = outcome
  return {
    ...outcome,
    ...(typeof Input === 'string' && { Input: JSON.parse(Input) }),
    ...(typeof Output === 'string' && { Output: JSON.parse(Output) }),
  }
}
