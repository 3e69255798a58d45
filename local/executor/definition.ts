import { z } from 'zod'
import { type Account, resolver, type Template } from './template.ts'

/** One state of a machine; only what the embedded platform looks at is named. */
export interface State {
  readonly Type: string
  readonly Resource?: string
  readonly TimeoutSeconds?: number
  readonly Retry?: readonly unknown[]
  readonly ItemProcessor?: Machine
  readonly Branches?: readonly Machine[]
  readonly [field: string]: unknown
}

export interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
  readonly TimeoutSeconds?: number
}

/** A function as the template configures it: the name that tasks call, the folder of its handler, its environment. */
export interface LambdaFunction {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
}

/** What the platform runs: state machines and functions by physical name, as CDK would deploy them. */
export interface Definitions {
  readonly machines: Readonly<Record<string, Machine>>
  readonly functions: Readonly<Record<string, LambdaFunction>>
}

const machine = z.looseObject({
  StartAt: z.string(),
  States: z.record(z.string(), z.looseObject({ Type: z.string() })),
})
const environment = z.object({ Variables: z.record(z.string(), z.coerce.string()) })

export function definitionsOf(template: Template, account: Account): Definitions {
  const resolve = resolver(template, account)
  const machines: Record<string, Machine> = {}
  const functions: Record<string, LambdaFunction> = {}
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::StepFunctions::StateMachine') {
      const text = String(resolve(Properties.DefinitionString))
      machines[String(resolve(Properties.StateMachineName) ?? id)] = machine.parse(
        JSON.parse(text),
      ) as Machine
    }
    if (Type === 'AWS::Lambda::Function' && Properties.FunctionName !== undefined) {
      const name = String(resolve(Properties.FunctionName))
      const variables = resolve(Properties.Environment ?? { Variables: {} })
      functions[name] = { name, environment: environment.parse(variables).Variables }
    }
  }
  return { machines, functions }
}

/** Every state of a machine, those inside Maps and Parallels too; names are unique in a whole machine. */
export function* statesOf(machine: Machine): Generator<readonly [name: string, state: State]> {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state]
    for (const inner of [state.ItemProcessor, ...(state.Branches ?? [])]) if (inner) yield* statesOf(inner)
  }
}

/** The name of the Map or Parallel around each state; states of the machine itself have none. */
export function parentsOf(machine: Machine, parent?: string): Map<string, string> {
  const parents = new Map<string, string>()
  for (const [name, state] of Object.entries(machine.States)) {
    if (parent !== undefined) parents.set(name, parent)
    for (const inner of [state.ItemProcessor, ...(state.Branches ?? [])])
      if (inner) for (const [child, around] of parentsOf(inner, name)) parents.set(child, around)
  }
  return parents
}
