import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { parseExactJson } from '../../catalog/exact-json.ts'
import { CATALOG } from '../athena/statement-parts.ts'
import { TrinoError } from './trino-error.ts'

export interface TrinoColumn {
  readonly name: string
  /** As SQL writes it: `decimal(18,2)`. */
  readonly type: string
}

export interface StatementPage {
  /** Empty until they are known. */
  readonly columns: readonly TrinoColumn[]
  /** Numbers are texts with all their digits. */
  readonly rows: readonly (readonly unknown[])[]
  /** Bytes read so far. */
  readonly bytes: number
}

export interface TrinoRequest {
  /** `http://127.0.0.1:<port>` */
  readonly server: string
  readonly sql: string
  readonly database?: string | undefined
  /** Session properties, such as `awsdatacatalog.compression_codec`. */
  readonly session?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

const answer = z.object({
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  stats: z.object({ physicalInputBytes: z.coerce.number().default(0) }).optional(),
  error: z.object({ message: z.string().default('no message'), errorName: z.string() }).optional(),
})
type Answer = z.output<typeof answer>

/** A server that has just started answers before it knows that it may work itself. */
const NOT_YET = 'NO_NODES_AVAILABLE'
const RETRIES = 80
const RETRY_MS = 250
/** What Trino's protocol says to send again. */
const BUSY = new Set([429, 502, 503, 504])

async function exchange(url: string, init: RequestInit): Promise<Answer> {
  for (let retry = 0; ; retry++) {
    const response = await fetch(url, init)
    const body = await response.text()
    if (response.ok) return answer.parse(parseExactJson(body))
    if (!BUSY.has(response.status) || retry === RETRIES)
      throw new TrinoError('TRANSPORT_ERROR', `Trino answers ${response.status}: ${body.slice(0, 500)}`)
    await sleep(RETRY_MS, undefined, init.signal ? { signal: init.signal } : {})
  }
}

const headers = ({ database, session = {} }: TrinoRequest): Record<string, string> => ({
  'X-Trino-User': 'lake',
  'X-Trino-Source': 'ecommerce-lakehouse',
  'X-Trino-Catalog': CATALOG,
  ...(database !== undefined && { 'X-Trino-Schema': database }),
  'X-Trino-Time-Zone': 'UTC',
  // Without it timestamps lose the digits behind milliseconds.
  'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  'X-Trino-Session': Object.entries(session)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(','),
})

/**
 * Runs a statement over Trino's HTTP protocol and gives its result page by page; leaving the loop, and the signal, cancel
 * it. (The `trino-client` package parses numbers as doubles: ids above 2^53 come out wrong.)
 */
export async function* statementPages(request: TrinoRequest): AsyncGenerator<StatementPage> {
  const { server, sql, signal = null } = request
  let next: string | undefined
  try {
    for (let retry = 0; ; ) {
      const page: Answer = next
        ? await exchange(next, { signal })
        : await exchange(`${server}/v1/statement`, {
            method: 'POST',
            body: sql,
            headers: headers(request),
            signal,
          })
      next = page.nextUri
      if (page.error) {
        if (page.error.errorName !== NOT_YET || retry++ === RETRIES)
          throw new TrinoError(page.error.errorName, page.error.message)
        // Nothing was planned, so nothing was read or written: the whole statement can be sent again.
        next = undefined
        await sleep(RETRY_MS, undefined, signal ? { signal } : {})
        continue
      }
      yield { columns: page.columns ?? [], rows: page.data ?? [], bytes: page.stats?.physicalInputBytes ?? 0 }
      if (next === undefined) return
    }
  } finally {
    if (next !== undefined) await fetch(next, { method: 'DELETE' }).catch(() => undefined)
  }
}

/** The rows of a small result, or nothing for a statement that has none. */
export async function statementRows(request: TrinoRequest): Promise<(readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = []
  for await (const page of statementPages(request)) rows.push(...page.rows)
  return rows
}
