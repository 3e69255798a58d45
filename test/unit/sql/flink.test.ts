import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import * as column from '../../../catalog/column.ts'
import { activityStream, deadLetterStream, findingStream } from '../../../catalog/stream.ts'
import { builderFor, textOf } from '../../../sql/builder.ts'
import { createTable, flinkRow, flinkType } from '../../../sql/flink/create-table.ts'
import { intervalText } from '../../../sql/flink/interval.ts'
import { FLINK_SPELLING } from '../../../sql/flink/spelling.ts'
import { windowed } from '../../../sql/flink/windowed.ts'
import { PORTABLE } from '../../../sql/functions.ts'
import { sqlType } from '../../../sql/types.ts'
import { FUNCTION_EXAMPLES } from './function-examples.ts'

const db = builderFor<{ events: { user_id: bigint; brand: string; price: string } }>('flink')

describe('the Flink dialect', () => {
  it('writes queries with backticks, and values as literals', () => {
    const query = db
      .selectFrom('events')
      .where('brand', '=', "l'oreal")
      .select((eb) => [
        'user_id',
        eb.fn.countAll().filterWhere('price', '>', '1.00').as('n'),
        eb.cast('price', 'varchar').as('p`x'),
      ])
      .groupBy('user_id')
    expect(textOf(query)).toBe(
      "select `user_id`, count(*) filter(where `price` > '1.00') as `n`, cast(`price` as string) as `p``x` from `events` where `brand` = 'l''oreal' group by `user_id`",
    )
  })

  it('spells portable functions as Flink 1.20 has them', async () => {
    const text = FUNCTION_EXAMPLES.flatMap(([name, examples]) =>
      name.split(', ').every((one) => one in FLINK_SPELLING)
        ? examples.map(
            ([example, expression]) => `${name}: ${example}\n  ${sql`${expression}`.compile(db).sql}\n`,
          )
        : [],
    )
    await expect(text.join('')).toMatchFileSnapshot('golden/flink-functions.txt')
  })

  it('refuses functions that only the lake has, rather than to send them to Flink', () => {
    const refused = PORTABLE.filter((name) => !(name in FLINK_SPELLING))
    expect(refused).toEqual(expect.arrayContaining(['mapOf', 'tryCast']))
    for (const name of refused) {
      const query = db.selectFrom('events').select((eb) => eb.fn<number>(name, ['brand', 'price']).as('x'))
      expect(() => textOf(query)).toThrow(`${name} has no spelling in Flink SQL`)
    }
  })
})

describe('an interval', () => {
  it.each([
    [1000, "interval '1' second"],
    [90_000, "interval '90' second"],
    [150_000, "interval '150' second(3)"],
    [300_000, "interval '5' minute"],
    [7_200_000, "interval '2' hour"],
    [360_000_000, "interval '100' hour(3)"],
  ])('of %i ms', (ms, text) => {
    expect(intervalText(ms)).toBe(text)
  })

  it.each([1500, -1000])('of %i ms is none', (ms) => {
    expect(() => intervalText(ms)).toThrow('no interval of whole seconds')
  })
})

describe('windows', () => {
  it('tumble where one begins as the other ends, and hop otherwise: the slide goes before the size', () => {
    const text = (size: number, slide: number) => windowed('events', 'at', { size, slide }).compile(db).sql
    expect(text(10_000, 10_000)).toBe("table(tumble(table `events`, descriptor(`at`), interval '10' second))")
    expect(text(300_000, 60_000)).toBe(
      "table(hop(table `events`, descriptor(`at`), interval '1' minute, interval '5' minute))",
    )
  })
})

describe('a table of the catalog in Flink', () => {
  it('has its columns, types and comments', () => {
    const ddl = createTable({
      table: deadLetterStream,
      options: { connector: 'kinesis', "it's": "a stream's" },
      watermark: { column: 'arrived', lag: 10_000 },
    })
    expect(ddl).toContain('create table `ecomm_user_activity_dead_letters` (\n')
    expect(ddl).toContain("  `arrived` timestamp(3) comment 'When Kinesis took it, UTC.',\n")
    expect(ddl).toContain("  watermark for `arrived` as `arrived` - interval '10' second\n)")
    expect(ddl).toContain(" with (\n  'connector' = 'kinesis',\n  'it''s' = 'a stream''s'\n)")
  })

  it('is a row for a source in Java', () => {
    expect(flinkRow(activityStream)).toBe(
      'row<`event_time` timestamp(3), `event_type` string, `product_id` bigint, `category_id` bigint, `category_code` string, ' +
        '`brand` string, `price` decimal(10, 2), `user_id` bigint, `user_session` string, `txn_timestamp` timestamp(3)>',
    )
    expect(flinkType(findingStream.columns.details)).toBe('map<string, bigint>')
    expect(() => sqlType(findingStream.columns.details)).toThrow('a map has no portable SQL type')
    expect(
      [column.strings(''), column.integer(''), column.double(''), column.date('')].map(flinkType),
    ).toEqual(['array<string>', 'int', 'double', 'date'])
  })
})
