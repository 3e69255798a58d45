import { z } from 'zod'
import { type Sizes, sizesOf } from './sizes.ts'
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

/** A rule of EventBridge: what matches the pattern goes to the targets. */
export interface EventRule {
  readonly name: string
  /** Lists of the values that a field may have, under the fields' names. */
  readonly pattern: Readonly<Record<string, unknown>>
  /** ARNs. */
  readonly targets: readonly string[]
}

/** What the platform runs: state machines, functions and rules by physical name, as CDK would deploy them. */
export interface Definitions {
  readonly machines: Readonly<Record<string, Machine>>
  readonly functions: Readonly<Record<string, LambdaFunction>>
  readonly rules: readonly EventRule[]
  readonly sizes: Sizes
  /** What the real-time path is made of: properties by type of resource. */
  readonly stream?: StreamResources
}

/** Types of resources whose emulations take their template's properties as they are. */
const STREAM_TYPES = [
  'AWS::Kinesis::Stream',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Lambda::EventSourceMapping',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::KinesisAnalyticsV2::Application',
] as const
/** Without intrinsic functions. */
export type StreamResources = Readonly<Record<(typeof STREAM_TYPES)[number], readonly unknown[]>>

const machine = z.looseObject({
  StartAt: z.string(),
  States: z.record(z.string(), z.looseObject({ Type: z.string() })),
})
const environment = z.object({ Variables: z.record(z.string(), z.coerce.string()) })
const rule = z.object({
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(z.object({ Arn: z.string() })).default([]),
})

export function definitionsOf(template: Template, account: Account): Definitions {
  const resolve = resolver(template, account)
  const machines: Record<string, Machine> = {}
  const functions: Record<string, LambdaFunction> = {}
  const rules: EventRule[] = []
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
    if (Type === 'AWS::Events::Rule') {
      const { EventPattern: pattern, Targets } = rule.parse(resolve(Properties))
      rules.push({ name: id, pattern, targets: Targets.map(({ Arn }) => Arn) })
    }
  }
  const stream = streamResources(template, resolve)
  return { machines, functions, rules, sizes: sizesOf(template, resolve), ...(stream && { stream }) }
}

/** Undefined for the template of another stack. */
function streamResources(
  { Resources }: Template,
  resolve: (value: unknown) => unknown,
): StreamResources | undefined {
  const propertiesOf = (type: string) =>
    Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [resolve(Properties)] : []))
  const found = STREAM_TYPES.map((type) => [type, propertiesOf(type)] as const)
  if (found.every(([, properties]) => properties.length === 0)) return undefined
  return Object.fromEntries(found) as unknown as StreamResources
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
