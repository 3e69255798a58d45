import { z } from 'zod'

/** What the embedded platform needs of a synthesised CloudFormation template. */
const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
})
export type Template = z.infer<typeof template>

export interface Account {
  readonly account: string
  readonly region: string
}

export const parseTemplate = (json: unknown): Template => template.parse(json)

const NAME_PROPERTIES = [
  'Name',
  'FunctionName',
  'TopicName',
  'BucketName',
  'StateMachineName',
  'JobName',
  'QueueName',
  'AliasName',
  'TableName',
]

const ARN_OF: Readonly<Record<string, (name: string, at: string) => string>> = {
  'AWS::Lambda::Function': (name, at) => `arn:aws:lambda:${at}:function:${name}`,
  'AWS::SNS::Topic': (name, at) => `arn:aws:sns:${at}:${name}`,
  'AWS::Kinesis::Stream': (name, at) => `arn:aws:kinesis:${at}:stream/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::StepFunctions::StateMachine': (name, at) => `arn:aws:states:${at}:stateMachine:${name}`,
}

/** Resources whose `Ref` is their ARN; that of all others is their name. */
const REF_IS_ARN = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine'])

/**
 * Replaces CloudFormation's intrinsic functions by what they would be in an account, with physical names as they stand in
 * the template. Covers what CDK emits in state machines and function environments; anything else is an error.
 */
export function resolver({ Resources }: Template, { account, region }: Account) {
  const at = `${region}:${account}`
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::URLSuffix': 'amazonaws.com',
  }

  const resource = (id: string) => {
    const found = Resources[id]
    if (!found) throw new Error(`the template refers to ${id}, which it does not define`)
    return found
  }

  const physicalName = (id: string): string => {
    const properties = resource(id).Properties
    const named = NAME_PROPERTIES.map((property) => properties[property]).find((name) => name !== undefined)
    if (named !== undefined) return String(resolve(named))
    const input = properties.DatabaseInput as { Name?: unknown } | undefined
    return input?.Name === undefined ? id : String(resolve(input.Name))
  }

  const arn = (id: string): string => {
    const { Type } = resource(id)
    const spell = ARN_OF[Type]
    return spell
      ? spell(physicalName(id), at)
      : `arn:aws:${Type.split('::')[1]?.toLowerCase()}:${at}:${physicalName(id)}`
  }

  const ref = (id: string): string =>
    pseudo[id] ?? (REF_IS_ARN.has(resource(id).Type) ? arn(id) : physicalName(id))

  const attribute = (id: string, name: string): string =>
    name.endsWith('Arn') ? arn(id) : name === 'Name' ? physicalName(id) : `${physicalName(id)}.${name}`

  const substitute = (text: string): string =>
    text.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      const [id = '', ...rest] = name.split('.')
      return rest.length > 0 ? attribute(id, rest.join('.')) : ref(id)
    })

  const intrinsic: Readonly<Record<string, (argument: never) => unknown>> = {
    Ref: (id: string) => ref(id),
    'Fn::GetAtt': (path: string | [string, string]) => {
      const [id = '', name = ''] = typeof path === 'string' ? path.split('.') : path
      return attribute(id, name)
    },
    'Fn::Join': ([separator, parts]: [string, unknown]) => (resolve(parts) as unknown[]).join(separator),
    'Fn::Sub': (text: string | [string]) => substitute(typeof text === 'string' ? text : text[0]),
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve)
    if (value === null || typeof value !== 'object') return value
    const entries = Object.entries(value)
    const [key = '', argument] = entries[0] ?? []
    const evaluate = entries.length === 1 ? intrinsic[key] : undefined
    if (evaluate) return evaluate(argument as never)
    if (entries.length === 1 && key.startsWith('Fn::'))
      throw new Error(`the template uses ${key}, which the embedded platform does not resolve`)
    return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]))
  }

  return resolve
}
