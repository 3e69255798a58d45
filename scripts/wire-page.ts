import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openLake } from '../local/cli/open-lake.ts'
import { DEFAULT_PORT } from '../local/cli/serve-command.ts'
import { S3_OPERATIONS } from '../local/wire/s3/operations.ts'

/** What each service is for here, and where it is not as on AWS. */
const SERVICES: Readonly<Record<string, { readonly name: string; readonly notes: string }>> = {
  athena: {
    name: 'Athena',
    notes:
      "The SQL is DuckDB's, or Athena's own with `--athena trino`. Results lie in the results bucket, each as a CSV with a header. Executions are remembered for 45 days, and outlive the process. No prepared statements, no INSERT.",
  },
  databrew: { name: 'DataBrew', notes: 'The data set and the profile job of the deployment.' },
  dynamodb: {
    name: 'DynamoDB',
    notes:
      "dynalite with the stack's table of alerts; nothing expires. The state below `.lake/stream` belongs to one process at a time: while `lake stream` runs, its DynamoDB is asked.",
  },
  glue: {
    name: 'Glue',
    notes:
      'The Data Catalog, the crawler and the curation job of the deployment. Column statistics are not kept.',
  },
  kinesis: {
    name: 'Kinesis Data Streams',
    notes:
      "The stack's streams, and any that are created. JSON 1.1 over HTTP/1.1: no CBOR (Java: `aws.cborEnabled=false`), no HTTP/2 (SDK for JavaScript: a `NodeHttpHandler`). No resharding, no enhanced fan-out; limits of shards are not enforced. Records lie in `.lake/stream/streams.sqlite`. While `lake stream` runs it has the streams, and calls are handed on to it; at other times the server has them for as long as calls come.",
  },
  quicksight: {
    name: 'QuickSight',
    notes: 'An ingestion copies a view into a Parquet file below `.lake/quicksight`.',
  },
  sns: {
    name: 'SNS',
    notes: 'Messages lie below `.lake/sns/outbox`, one file each; nobody is subscribed.',
  },
  states: {
    name: 'Step Functions',
    notes:
      'The state machines that CDK synthesises. Waits, and pauses before retries, are shortened: the services here answer at once.',
  },
  sts: { name: 'STS', notes: 'Says that this is no account of AWS.' },
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Every action of a lake that is served, as `service:action`. */
async function servedActions(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wire-page-'))
  try {
    await using lake = await openLake({ lake: folder })
    return lake.platform.registry.actions()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function section(service: string, actions: readonly string[]): string {
  const { name, notes } = SERVICES[service] ?? { name: service, notes: '' }
  return `## ${name}\n\n${notes}\n\n${actions.map((action) => `\`${action}\``).join(', ')}\n`
}

/** The page of all that a served lake answers. */
export async function wirePage(): Promise<string> {
  const byService = Map.groupBy(await servedActions(), (action) => action.split(':')[0] ?? '')
  const sections = [...byService].map(([service, actions]) =>
    section(
      service,
      actions.map((action) => upperFirst(action.split(':')[1] ?? '')),
    ),
  )
  const s3 = S3_OPERATIONS.map(({ name }) => `\`${name}\``).sort()
  return [
    '# What a served lake answers\n',
    `Generated from the registry of actions by \`npm run docs\`.

\`npm run lake -- serve\` answers AWS's own protocols on 127.0.0.1:${DEFAULT_PORT} (\`--port\` names another port), one port for all services:
a request's signature says which service is meant. Signatures are not checked: whoever can reach the port can use the lake. Requests
under another Host than 127.0.0.1 or localhost, or from a page in a browser, are refused. Any action that is not listed is answered
by 501 with its name. Errors have AWS's codes. [ADR 24](adr/0024-one-port-for-all-services.md) says why it is so.\n`,
    `## S3

Buckets are folders below \`.lake/s3\`, keys are paths: a file that is written there is an object at once, and an object is a file. So a
key has no empty, \`.\` or \`..\` segment, and none is both an object and the folder of others. Ranges, conditions and every checksum that
S3 knows are checked; what an object is can be told by its name alone: no metadata, tags, ACLs, versions. An ETag is no MD5. The
buckets are those of the deployment. \`If-Match\` in a write holds among the clients of one server.\n
${s3.join(', ')}\n`,
    ...sections,
  ].join('\n')
}
