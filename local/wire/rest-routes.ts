import { AwsError } from '../registry.ts'

interface Route {
  readonly service: string
  readonly method: string
  /** Segments; `{Name}` takes one whole segment as that member of the input. */
  readonly path: string
  readonly action: string
}

const INGESTION = '/accounts/{AwsAccountId}/data-sets/{DataSetId}/ingestions/{IngestionId}'

/** The restJson1 actions that are emulated, as the services' models bind them. */
const ROUTES: readonly Route[] = [
  { service: 'databrew', method: 'PUT', path: '/datasets/{Name}', action: 'updateDataset' },
  { service: 'databrew', method: 'GET', path: '/datasets/{Name}', action: 'describeDataset' },
  { service: 'databrew', method: 'POST', path: '/jobs/{Name}/startJobRun', action: 'startJobRun' },
  { service: 'databrew', method: 'GET', path: '/jobs/{Name}/jobRun/{RunId}', action: 'describeJobRun' },
  {
    service: 'databrew',
    method: 'POST',
    path: '/jobs/{Name}/jobRun/{RunId}/stopJobRun',
    action: 'stopJobRun',
  },
  { service: 'quicksight', method: 'PUT', path: INGESTION, action: 'createIngestion' },
  { service: 'quicksight', method: 'GET', path: INGESTION, action: 'describeIngestion' },
]

export interface RestCall {
  readonly action: string
  readonly members: Record<string, string>
}

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new AwsError('ValidationException', `The path segment ${segment} is not percent-encoded UTF-8`)
  }
}

const match = (pattern: string, path: string): Record<string, string> | undefined => {
  const expected = pattern.split('/')
  const given = path.split('/')
  if (expected.length !== given.length) return undefined
  const members: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = given[index] ?? ''
    const [, member] = /^\{(\w+)\}$/.exec(segment) ?? []
    if (member === undefined && segment !== value) return undefined
    if (member !== undefined) members[member] = decode(value)
  }
  return members
}

export const restCall = (service: string, method: string, path: string): RestCall => {
  for (const route of ROUTES) {
    const members = route.service === service && route.method === method ? match(route.path, path) : undefined
    if (members) return { action: route.action, members }
  }
  throw new AwsError('NotImplemented', `${service}: ${method} ${path} is not emulated on this machine`, 501)
}
