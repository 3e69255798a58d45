import type { ServerResponse } from 'node:http'
import type { AwsError } from '../registry.ts'
import { toXml } from './xml.ts'

type Tree = { [name: string]: Tree | string }

const isTree = (value: Tree | string | undefined): value is Tree => typeof value === 'object'

/** `member.N` stands for a list, `entry.N.Name` and `entry.N.Value` for a map. */
const shape = (node: Tree | string): unknown => {
  if (!isTree(node)) return node
  if (isTree(node.member)) return Object.values(node.member).map(shape)
  if (isTree(node.entry))
    return Object.fromEntries(
      Object.values(node.entry)
        .filter(isTree)
        .map(({ Name, Value }) => [String(Name), shape(Value ?? '')]),
    )
  return Object.fromEntries(Object.entries(node).map(([name, member]) => [name, shape(member)]))
}

export interface QueryCall {
  readonly action: string
  readonly input: unknown
}

/** `Action=Publish&TopicArn=…&MessageAttributes.entry.1.Name=…`: the awsQuery protocol, which SNS speaks. */
export const parseQueryBody = (body: string): QueryCall => {
  const root: Tree = Object.create(null)
  let action = ''
  for (const [name, value] of new URLSearchParams(body)) {
    if (name === 'Action') action = value
    if (name === 'Action' || name === 'Version') continue
    const path = name.split('.')
    let node = root
    for (const segment of path.slice(0, -1)) {
      const inner = node[segment]
      const next: Tree = isTree(inner) ? inner : Object.create(null)
      node[segment] = next
      node = next
    }
    node[path.at(-1) ?? name] = value
  }
  return { action, input: shape(root) }
}

const NAMESPACES: Readonly<Record<string, string>> = {
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

/** The services that speak this protocol. */
export const QUERY_SERVICES = Object.keys(NAMESPACES)

/** Lists are elements named `member`; a Map has entries, as AWS's maps do, and an object has its members. */
const toTree = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return { member: value.map(toTree) }
  if (value instanceof Map)
    return { entry: [...value].map(([key, inner]) => ({ key, value: toTree(inner) })) }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toTree(inner)]))
}

export interface QueryAnswer {
  readonly service: string
  readonly requestId: string
}

export const sendQueryResult = (
  response: ServerResponse,
  { service, requestId }: QueryAnswer,
  action: string,
  output: unknown,
): void => {
  response.writeHead(200, { 'content-type': 'text/xml' })
  const content = { [`${action}Result`]: toTree(output ?? {}), ResponseMetadata: { RequestId: requestId } }
  response.end(toXml(`${action}Response`, content, NAMESPACES[service]))
}

export const sendQueryError = (
  response: ServerResponse,
  { service, requestId }: QueryAnswer,
  error: AwsError,
): void => {
  response.writeHead(error.status, { 'content-type': 'text/xml' })
  const Type = error.status < 500 ? 'Sender' : 'Receiver'
  const content = { Error: { Type, Code: error.code, Message: error.message }, RequestId: requestId }
  response.end(toXml('ErrorResponse', content, NAMESPACES[service]))
}
