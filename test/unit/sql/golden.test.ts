import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import * as column from '../../../catalog/column.ts'
import { builderFor, type DialectName, textOf } from '../../../sql/builder.ts'
import * as portable from '../../../sql/functions.ts'
import { sqlType } from '../../../sql/types.ts'

interface Database {
  events: { time: string; brand: string | null; price: string; n: bigint; fields: string[] }
}

const DIALECTS: readonly DialectName[] = ['duckdb', 'athena', 'spark']

/** One block a thing, one line a dialect: a change of spelling is one changed line in the golden file. */
const inEachDialect = (write: (dialect: DialectName) => string): string =>
  DIALECTS.map((dialect) => `  ${dialect.padEnd(8)}${write(dialect)}\n`).join('')

const time = sql.ref<string>('time')
const brand = sql.ref<string | null>('brand')
const [price, n] = [sql.ref<string>('price'), sql.ref<bigint>('n')]
const fields = sql.ref<string[]>('fields')

const FUNCTIONS = {
  approxDistinct: portable.approxDistinct(brand),
  castTo: portable.castTo(price, 'bigint'),
  characterAt: portable.characterAt(13),
  compactList: portable.compactList([brand, sql.lit('x')]),
  containsText: portable.containsText(brand, "'"),
  hourOf: portable.hourOf(time),
  hourStart: portable.hourStart(time),
  isoWeekday: portable.isoWeekday(time),
  listItem: portable.listItem(fields, 3),
  listLength: portable.listLength(fields),
  mapOf: portable.mapOf(brand, n),
  matches: portable.matches(brand, '^\\d+\\z'),
  monthOf: portable.monthOf(time),
  plusDays: portable.plusDays(time, -7),
  plusHours: portable.plusHours(time, 24),
  ratio: portable.ratio(price, n),
  smallest: portable.smallest(brand, 5),
  splitLine: portable.splitLine(brand),
  timestampText: portable.timestampText(time),
  tryCast: portable.tryCast(brand, 'decimal(10, 2)'),
  weekStart: portable.weekStart(time),
}

const TYPES = [
  column.bigint(''),
  column.integer(''),
  column.double(''),
  column.boolean(''),
  column.string(''),
  column.date(''),
  column.timestamp(''),
  column.decimal(10, 2, ''),
]

describe('each dialect', () => {
  it('spells every portable function', async () => {
    const missing = portable.PORTABLE.filter((name) => !(name in FUNCTIONS))
    expect(missing).toEqual([])
    const text = Object.entries(FUNCTIONS).map(
      ([name, call]) =>
        `${name}\n${inEachDialect((dialect) => sql`${call}`.compile(builderFor(dialect)).sql)}`,
    )
    await expect(text.join('')).toMatchFileSnapshot('golden/functions.txt')
  })

  it('spells every type of the catalog', async () => {
    const text = TYPES.map(
      (type) =>
        `${type.kind}\n${inEachDialect(
          (dialect) => sql`${portable.castTo(sql.lit('x'), sqlType(type))}`.compile(builderFor(dialect)).sql,
        )}`,
    )
    await expect(text.join('')).toMatchFileSnapshot('golden/types.txt')
  })

  it('writes a whole query, its values as literals', async () => {
    const query = (dialect: DialectName) =>
      textOf(
        builderFor<Database>(dialect)
          .with('day', (db) =>
            db
              .selectFrom('events')
              .where('brand', 'in', ["l'oreal", 'a\\b'])
              .where('n', '>', 2053013555631882655n)
              .where('price', 'is not', null)
              .select((eb) => [
                eb.cast<string>('time', 'date').as('day'),
                'brand',
                eb.fn.countAll<bigint>().filterWhere('n', '=', 1n).as('ones'),
              ])
              .groupBy((eb) => [eb.cast('time', 'date'), eb.ref('brand')]),
          )
          .selectFrom('day as d')
          .leftJoin('day as e', 'e.brand', 'd.brand')
          .select((eb) => [
            'd.day',
            portable.ratio(eb.ref('d.ones'), eb.ref('e.ones')).as('growth'),
            eb.fn
              .agg<bigint>('row_number')
              .over((over) => over.partitionBy('d.day').orderBy('d.ones', (o) => o.desc().nullsLast()))
              .as('rank'),
          ])
          .orderBy('d.day')
          .limit(10),
      )
    const wrapped = (text: string) =>
      text.replaceAll(/ (select|from|where|group by|left join|order by|limit) /g, '\n    $1 ')
    await expect(
      DIALECTS.map((dialect) => `${dialect}\n    ${wrapped(query(dialect))}\n`).join('\n'),
    ).toMatchFileSnapshot('golden/query.txt')
  })
})

describe('what has no portable spelling', () => {
  it('is refused: a cast to a list, a character beyond ASCII, a missing argument', () => {
    expect(() => sqlType(column.strings(''))).toThrow('an array has no portable SQL type')
    expect(() => portable.characterAt(0xfffd)).toThrow('write what is not ASCII as text')
    const broken = builderFor<Database>('duckdb')
      .selectFrom('events')
      .select((eb) => eb.fn<number>('ratio', ['price']).as('r'))
    expect(() => textOf(broken)).toThrow('ratio has no argument 2')
  })

  it('is left as it is: a function that all spell alike', () => {
    const query = builderFor<Database>('spark')
      .selectFrom('events')
      .select((eb) => eb.fn<number>('floor', ['n']).as('f'))
    expect(textOf(query)).toBe('select floor(`n`) as `f` from `events`')
  })
})
