import {
  AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { Kysely, sql } from 'kysely'
import { describe, expect, it, vi } from 'vitest'
import { AthenaDialect } from '../../../sql/athena/athena-dialect.ts'
import { AthenaQueryError } from '../../../sql/athena/athena-query-error.ts'

interface Answers {
  /** What each look at the execution sees; the last one for good. */
  readonly executions?: readonly Partial<QueryExecution>[]
  readonly pages?: readonly GetQueryResultsOutput[]
}

const done: Partial<QueryExecution> = {
  StatementType: 'DML',
  SubstatementType: 'SELECT',
  Status: { State: 'SUCCEEDED' },
}

/** A client that answers from memory, and the commands that it was sent. */
function athena({ executions = [done], pages = [] }: Answers) {
  const client = new AthenaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  })
  const sent: object[] = []
  let look = 0
  let stopped = false
  client.send = (async (command: { input: object }) => {
    sent.push(command)
    if (command instanceof StopQueryExecutionCommand) stopped = true
    if (command instanceof StartQueryExecutionCommand) return { QueryExecutionId: 'q1' }
    if (command instanceof GetQueryExecutionCommand)
      return {
        QueryExecution: {
          QueryExecutionId: 'q1',
          WorkGroup: 'wg',
          ...executions[Math.min(look++, executions.length - 1)],
          ...(stopped && { Status: { State: 'CANCELLED' } }),
        },
      }
    if (command instanceof GetQueryResultsCommand) {
      const page = Number(command.input.NextToken ?? 0)
      return { ...pages[page], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) }
    }
    return {}
  }) as typeof client.send
  const dialect = new AthenaDialect({
    client,
    workGroup: 'wg',
    database: 'ecommerce',
    poll: { first: 1, max: 4 },
  })
  return { db: new Kysely<Record<string, Record<string, unknown>>>({ dialect }), sent }
}

const page = (columns: Record<string, string>, ...rows: (string | undefined)[][]): GetQueryResultsOutput => ({
  ResultSet: {
    ResultSetMetadata: {
      ColumnInfo: Object.entries(columns).map(([Name, Type]): ColumnInfo => ({ Name, Type })),
    },
    Rows: rows.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })),
  },
})

describe('a query on Athena', () => {
  it('starts in its workgroup and database, and waits until it is done', async () => {
    const { db, sent } = athena({
      executions: [{ Status: { State: 'QUEUED' } }, { Status: { State: 'RUNNING' } }, done],
      pages: [page({ brand: 'varchar' }, ['brand'], ['sony'])],
    })
    expect(await db.selectFrom('sales').select('brand').where('brand', '=', "l'oreal").execute()).toEqual([
      { brand: 'sony' },
    ])
    expect(sent.map((command) => command.constructor.name)).toEqual([
      'StartQueryExecutionCommand',
      'GetQueryExecutionCommand',
      'GetQueryExecutionCommand',
      'GetQueryExecutionCommand',
      'GetQueryResultsCommand',
    ])
    expect((sent[0] as StartQueryExecutionCommand).input).toEqual({
      QueryString: `select "brand" from "sales" where "brand" = 'l''oreal'`,
      WorkGroup: 'wg',
      QueryExecutionContext: { Database: 'ecommerce', Catalog: 'AwsDataCatalog' },
    })
  })

  it('gives every type without losing a digit', async () => {
    const { db } = athena({
      pages: [
        page(
          {
            id: 'bigint',
            hour: 'integer',
            rate: 'double',
            flag: 'boolean',
            price: 'decimal',
            day: 'date',
            second: 'timestamp',
            micro: 'timestamp',
            text: 'varchar',
            nothing: 'bigint',
          },
          ['id', 'hour', 'rate', 'flag', 'price', 'day', 'second', 'micro', 'text', 'nothing'],
          [
            '2053013555631882655',
            '23',
            '1.0E-4',
            'true',
            '0.10',
            '2019-10-01',
            '2019-10-01 00:00:00.000',
            '2019-10-01 00:00:00.120',
            '',
            undefined,
          ],
        ),
      ],
    })
    const { rows } = await sql`select`.execute(db)
    expect(rows).toEqual([
      {
        id: 2053013555631882655n,
        hour: 23,
        rate: 0.0001,
        flag: true,
        price: '0.10',
        day: '2019-10-01',
        second: '2019-10-01 00:00:00',
        micro: '2019-10-01 00:00:00.12',
        text: '',
        nothing: null,
      },
    ])
  })

  it('has a header on its first page only, even where a row looks like one', async () => {
    const { db } = athena({
      pages: [page({ a: 'varchar' }, ['a'], ['a']), page({ a: 'varchar' }, ['a'], ['b'])],
    })
    expect((await sql`select`.execute(db)).rows).toEqual([{ a: 'a' }, { a: 'a' }, { a: 'b' }])
  })

  it.each([
    ['SHOW TABLES', { StatementType: 'UTILITY' }],
    ['CREATE VIEW', { StatementType: 'DDL' }],
  ] as const)('%s has no header', async (_statement, execution) => {
    const { db } = athena({
      executions: [{ ...done, ...execution }],
      pages: [page({ a: 'string' }, ['sales'])],
    })
    expect((await sql`x`.execute(db)).rows).toEqual([{ a: 'sales' }])
  })

  it('streams page by page', async () => {
    const { db } = athena({
      pages: [page({ a: 'integer' }, ['a'], ['1'], ['2']), page({ a: 'integer' }, ['3'])],
    })
    const rows: unknown[] = []
    for await (const row of db.selectFrom('t').select('a').stream(2)) rows.push(row)
    expect(rows).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  })

  it('says how many rows an INSERT wrote', async () => {
    const { db } = athena({
      executions: [{ ...done, SubstatementType: 'INSERT' }],
      pages: [{ UpdateCount: 7 }],
    })
    expect((await sql`insert`.execute(db)).numAffectedRows).toBe(7n)
  })

  it('fails with the id, the workgroup and the reason', async () => {
    const Status = {
      State: 'FAILED',
      StateChangeReason: "COLUMN_NOT_FOUND: line 1:8: Column 'brnd' cannot be resolved",
      AthenaError: { Retryable: false },
    } as const
    const { db } = athena({ executions: [{ Status }] })
    const failed = sql`select brnd`.execute(db)
    await expect(failed).rejects.toThrow(AthenaQueryError)
    await expect(failed).rejects.toThrow(
      "Athena query q1 (workgroup wg) failed: COLUMN_NOT_FOUND: line 1:8: Column 'brnd' cannot be resolved",
    )
    await expect(failed).rejects.toMatchObject({ queryExecutionId: 'q1', retryable: false })
  })

  it.each([
    [
      { Status: { State: 'FAILED', AthenaError: { ErrorMessage: 'slow down', Retryable: true } } },
      'slow down',
      true,
    ],
    [{ Status: { State: 'CANCELLED' } }, 'Athena gives no reason', false],
  ] as const)('fails with what Athena tells, if anything: %j', async (execution, reason, retryable) => {
    const failed = sql`select`.execute(athena({ executions: [execution] }).db)
    await expect(failed).rejects.toThrow(reason)
    await expect(failed).rejects.toMatchObject({ retryable })
  })

  it.each([
    ['tinyint', '1', 1],
    ['smallint', '-2', -2],
    ['int', '3', 3],
    ['float', '0.5', 0.5],
    ['real', 'Infinity', Infinity],
    ['boolean', 'false', false],
    ['timestamp with time zone', '2019-10-01 00:00:00.000 UTC', '2019-10-01 00:00:00.000 UTC'],
  ])('reads %s', async (type, text, value) => {
    const { db } = athena({ pages: [page({ v: type }, ['v'], [text])] })
    expect((await sql`select`.execute(db)).rows).toEqual([{ v: value }])
  })

  it.each(['map', 'row', 'struct'])('refuses a %s', async (type) => {
    const { db } = athena({ pages: [page({ v: type }, ['v'], ['{}'])] })
    await expect(sql`select`.execute(db)).rejects.toThrow(`Column v is ${type}`)
  })

  it('is stopped on Athena when its caller cancels it', async () => {
    const { db, sent } = athena({ executions: [{ Status: { State: 'RUNNING' } }] })
    // Kysely reports how the query ended after its caller had stopped to wait.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const abort = new AbortController()
    const query = db.selectFrom('t').selectAll().execute({
      signal: abort.signal,
      inflightQueryAbortStrategy: 'cancel query',
    })
    setTimeout(() => abort.abort(), 10)
    await expect(query).rejects.toThrow()
    expect(sent.find((command) => command instanceof StopQueryExecutionCommand)?.input).toEqual({
      QueryExecutionId: 'q1',
    })
  })

  it('refuses a list, which Athena returns as text that is ambiguous', async () => {
    const { db } = athena({ pages: [page({ reasons: 'array' }, ['reasons'], ['[a, b]'])] })
    await expect(sql`select`.execute(db)).rejects.toThrow('Column reasons is array')
  })

  it('has no transactions and no migrations', async () => {
    const { db } = athena({})
    await expect(db.transaction().execute(async () => {})).rejects.toThrow('Athena has no transactions')
    const adapter = new AthenaDialect({
      client: new AthenaClient({ region: 'x' }),
      workGroup: '',
      database: '',
    }).createAdapter()
    await expect(adapter.acquireMigrationLock(db, { lockTable: '', lockRowId: '' })).rejects.toThrow(
      'no migrations',
    )
    await expect(adapter.releaseMigrationLock(db, { lockTable: '', lockRowId: '' })).rejects.toThrow(
      'no migrations',
    )
    await db.destroy()
  })
})
