import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, goodLines, line } from '../../local/lake-harness.ts'
import { NIGHTLY_ARN, names, OCTOBER, openServedLake, type ServedLake } from './served-lake.ts'

/** Users whose numbers a double can't hold; one event lacks its session, one its brand and price. */
const USERS = ['9007199254740993', '9007199254740995'] as const
const EVENTS = csv(
  ...goodLines(300),
  line({ user: USERS[0], price: '1234567.80', session: '' }),
  line({ user: USERS[1], time: '2019-10-01 00:00:01 UTC', brand: '', price: '' }),
)

const EVENT_ROWS = [
  ['2019-10-01 00:00:00', '1001', '2053013555631882655', 'samsung', '1234567.80', USERS[0], ''],
  ['2019-10-01 00:00:01', '1001', '2053013555631882655', '', '', USERS[1], 's1'],
]
const EDGE_ROWS = [
  [
    ...['9007199254740993', '', '12345678.90', '', '2019-10-01 00:00:01.123456', '', '2019-10-01', '1.5'],
    ...['', 'True'],
  ],
  [
    ...['-9007199254740993', '1', '0.10', '0.10', '2019-10-01 00:00:02', '2019-10-01 00:00:02', '2019-10-02'],
    ...['2.0', 'ü "quoted", and a comma', 'False'],
  ],
]

interface Frame {
  readonly types: Record<string, string>
  readonly classes: Record<string, string[]>
  readonly rows: string[][]
}

/** A date is midnight where pandas has no type for days. */
const withoutMidnight = ({ rows }: Frame): string[][] =>
  rows.map((row) => row.map((value, i) => (i === 6 ? value.replace(/ 00:00:00$/, '') : value)))

describe('pandas against a served lake', () => {
  let seen: Awaited<ReturnType<ServedLake['python']>>
  let lake: ServedLake
  beforeAll(async () => {
    lake = await openServedLake()
    await lake.aws(['s3', 'cp', '-', `${OCTOBER}events.csv`], EVENTS)
    const { executionArn } = await lake.awsJson(
      'stepfunctions',
      'start-execution',
      '--state-machine-arn',
      NIGHTLY_ARN,
    )
    const status = () =>
      lake.awsJson(
        'stepfunctions',
        'describe-execution',
        '--execution-arn',
        executionArn,
        '--query',
        'status',
      )
    while ((await status()) === 'RUNNING') await sleep(500)
    expect(await status()).toBe('SUCCEEDED')
    seen = await lake.python('pandas_types.py', names.workgroup, names.viewDatabase)
  })
  afterAll(() => lake?.close())

  it('PyAthena gives views with the right types, and no number is rounded', () => {
    const { events, edges, tuples } = seen.pyathena as { events: Frame; edges: Frame; tuples: string[][] }
    expect(events.rows).toEqual(EVENT_ROWS)
    expect(events.types).toMatchObject({ category_id: 'Int64', product_id: 'Int64', price: 'object' })
    expect(events.types.event_time).toMatch(/^datetime64/)
    expect(events.classes.price).toContain('Decimal')
    expect(withoutMidnight(edges)).toEqual(EDGE_ROWS)
    expect(edges.types).toMatchObject({ id: 'Int64', no_id: 'Int64', share: 'float64', flag: 'bool' })
    expect(edges.types.at).toMatch(/^datetime64/)
    expect(tuples).toEqual(EDGE_ROWS.map((row) => row.map((value) => value || 'None')))
  })

  it.each(['csv', 'parquet'])('awswrangler does so too, by way of %s', (way) => {
    const { events, edges } = seen.awswrangler[way] as { events: Frame; edges: Frame }
    expect(events.rows).toEqual(EVENT_ROWS)
    expect(events.types).toMatchObject({ category_id: 'Int64', product_id: 'Int64', price: 'object' })
    expect(events.classes.price).toContain('Decimal')
    expect(withoutMidnight(edges)).toEqual(EDGE_ROWS)
    expect(edges.types).toMatchObject({ id: 'Int64', no_id: 'Int64', share: 'float64', flag: 'boolean' })
    expect(edges.types.at).toMatch(/^datetime64/)
    expect(edges.classes.day).toEqual(['date'])
  })

  it('5,000 rows come page by page', () => {
    expect(seen.long).toEqual({
      count: 5000,
      ids: [0, 999, 1000, 4999],
      chunks: [1000, 1000, 1000, 1000, 1000],
    })
  })

  it('values are handed over as parameters', () => {
    expect(seen.parameters).toEqual([["it's", '9007199254740993']])
  })

  it('the catalog is read with them as well', () => {
    expect(seen.table).toMatchObject({ event_date: 'date', orders: 'bigint', revenue: 'decimal(18,2)' })
    expect(seen.metadata).toEqual(Object.keys(seen.table))
    expect(seen.databases).toEqual(['db-ecommerce-raw', 'ecommerce', 'ecommerce_lake'])
  })
})
