import { AwsError } from '../registry.ts'

interface Route {
  readonly service: string
  readonly method: string
  /** Segments; `{Name}` takes one whole segment as that member of the input. */
  readonly path: string
  readonly action: string
  /** Members of the input that are query parameters, by the parameters' names. */
  readonly query?: Readonly<Record<string, string>>
}

const DATA_SETS = '/accounts/{AwsAccountId}/data-sets'
const INGESTIONS = `${DATA_SETS}/{DataSetId}/ingestions`
const INGESTION = `${INGESTIONS}/{IngestionId}`
/** How each of the two services spells the parameters of pages. */
const DATABREW_PAGE = { maxResults: 'MaxResults', nextToken: 'NextToken' }
const QUICKSIGHT_PAGE = { 'max-results': 'MaxResults', 'next-token': 'NextToken' }

type Binding = readonly [
  method: string,
  path: string,
  action: string,
  query?: Readonly<Record<string, string>>,
]

const routes = (service: string, bindings: readonly Binding[]): Route[] =>
  bindings.map(([method, path, action, query = {}]) => ({ service, method, path, action, query }))

/** The restJson1 actions that are emulated, as the services' models bind them. */
const ROUTES: readonly Route[] = [
  ...routes('databrew', [
    ['PUT', '/datasets/{Name}', 'updateDataset'],
    ['GET', '/datasets/{Name}', 'describeDataset'],
    ['GET', '/datasets', 'listDatasets', DATABREW_PAGE],
    ['GET', '/jobs', 'listJobs', DATABREW_PAGE],
    ['GET', '/jobs/{Name}', 'describeJob'],
    ['POST', '/jobs/{Name}/startJobRun', 'startJobRun'],
    ['GET', '/jobs/{Name}/jobRuns', 'listJobRuns', DATABREW_PAGE],
    ['GET', '/jobs/{Name}/jobRun/{RunId}', 'describeJobRun'],
    ['POST', '/jobs/{Name}/jobRun/{RunId}/stopJobRun', 'stopJobRun'],
  ]),
  ...routes('quicksight', [
    ['GET', DATA_SETS, 'listDataSets', QUICKSIGHT_PAGE],
    ['GET', INGESTIONS, 'listIngestions', QUICKSIGHT_PAGE],
    ['PUT', INGESTION, 'createIngestion'],
    ['GET', INGESTION, 'describeIngestion'],
    ['DELETE', INGESTION, 'cancelIngestion'],
  ]),
]

export interface RestCall {
  readonly action: string
  readonly members: Record<string, unknown>
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

/** Query parameters that are numbers are so in the input. */
const fromQuery = (names: Readonly<Record<string, string>>, query: URLSearchParams) => {
  const given = Object.entries(names).filter(([name]) => query.has(name))
  return Object.fromEntries(
    given.map(([name, member]) => {
      const text = query.get(name) ?? ''
      return [member, member === 'MaxResults' ? Number(text) : text]
    }),
  )
}

export const restCall = (
  service: string,
  method: string,
  path: string,
  query = new URLSearchParams(),
): RestCall => {
  for (const route of ROUTES) {
    const members = route.service === service && route.method === method ? match(route.path, path) : undefined
    if (members)
      return { action: route.action, members: { ...members, ...fromQuery(route.query ?? {}, query) } }
  }
  throw new AwsError('NotImplemented', `${service}: ${method} ${path} is not emulated on this machine`, 501)
}
