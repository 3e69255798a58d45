import { type AliasableExpression, type RawBuilder, sql } from 'kysely'
import * as f from '../../../sql/functions.ts'

type Example = readonly [name: string, expression: AliasableExpression<unknown>, value: unknown]

const time = (text: string) => f.castTo<string>(sql.lit(text), 'timestamp')
const date = (text: string) => f.castTo<string>(sql.lit(text), 'date')
const text = (value: string): RawBuilder<string> => sql.lit(value)
const none = sql<null>`null`
const fields = f.splitLine(text('a,,"c",'))

/** What each portable function means, whatever the engine. */
export const FUNCTION_EXAMPLES: readonly (readonly [name: string, examples: readonly Example[]])[] = [
  [
    'isoWeekday',
    [
      ['Sunday is 7', f.isoWeekday(time('2019-10-06 23:59:59')), 7],
      ['Monday is 1', f.isoWeekday(date('2019-10-07')), 1],
    ],
  ],
  [
    'hourOf',
    [
      ['the last second of a day is in hour 23', f.hourOf(time('2019-10-06 23:59:59')), 23],
      ['midnight is in hour 0', f.hourOf(time('2019-10-07 00:00:00')), 0],
    ],
  ],
  [
    'hourStart',
    [['leaves minutes out', f.hourStart(time('2019-10-06 23:59:59.999')), '2019-10-06 23:00:00']],
  ],
  [
    'weekStart',
    [
      ['Sunday belongs to the Monday before', f.weekStart(time('2019-10-06 23:59:59')), '2019-09-30'],
      ['Monday starts its own week', f.weekStart(time('2019-10-07 00:00:00')), '2019-10-07'],
      ['over the end of a year', f.weekStart(date('2020-01-01')), '2019-12-30'],
    ],
  ],
  [
    'monthOf',
    [
      ['the last second of a month', f.monthOf(time('2019-10-31 23:59:59')), '2019-10'],
      ['a date', f.monthOf(date('2019-01-01')), '2019-01'],
    ],
  ],
  [
    'plusDays',
    [
      ['over the end of a month', f.plusDays(date('2019-10-28'), 7), '2019-11-04'],
      ['backwards over a leap day', f.plusDays(date('2020-03-01'), -1), '2020-02-29'],
      ['gives a date from a timestamp too', f.plusDays(time('2019-10-28 13:00:00'), 1), '2019-10-29'],
    ],
  ],
  [
    'plusHours',
    [
      ['over midnight', f.plusHours(time('2019-10-31 23:30:00'), 24), '2019-11-01 23:30:00'],
      ['backwards', f.plusHours(time('2019-11-01 00:30:00'), -1), '2019-10-31 23:30:00'],
    ],
  ],
  [
    'ratio',
    [
      ['of integers is no integer', f.ratio(sql.lit(1), sql.lit(4)), 0.25],
      ['by zero is null', f.ratio(sql.lit(1), sql.lit(0)), null],
      ['by null is null', f.ratio(sql.lit(1), none), null],
      ['of decimals is a double', f.ratio(f.castTo(text('0.30'), 'decimal(10, 2)'), sql.lit(3)), 0.3 / 3],
    ],
  ],
  [
    'tryCast',
    [
      ['a number', f.tryCast(text('2053013555631882655'), 'bigint'), 2053013555631882655n],
      ['what is none', f.tryCast(text('x'), 'bigint'), null],
      ['beyond the type', f.tryCast(text('9223372036854775808'), 'bigint'), null],
      ['a day that does not exist', f.tryCast(text('2019-02-29 00:00:00'), 'timestamp'), null],
      ['too many digits', f.tryCast(text('123456789.00'), 'decimal(10, 2)'), null],
    ],
  ],
  [
    'timestampText',
    [
      ['without fraction', f.timestampText(time('2019-10-20 00:00:00')), '2019-10-20 00:00:00'],
      ['without trailing zeros', f.timestampText(time('2019-10-20 00:00:00.120')), '2019-10-20 00:00:00.12'],
    ],
  ],
  [
    'splitLine, listItem, listLength',
    [
      ['empty fields count', f.listLength(fields), 4],
      ['items from 1', f.listItem(fields, 1), 'a'],
      ['an empty item', f.listItem(fields, 4), ''],
      ['behind the end', f.listItem(fields, 5), null],
      ['an empty line is one empty field', f.listLength(f.splitLine(text(''))), 1],
    ],
  ],
  [
    'compactList',
    [
      ['leaves nulls out', f.compactList([text('a'), none, text('b')]), ['a', 'b']],
      ['may be empty', f.compactList([f.castTo<string | null>(none, 'varchar')]), []],
    ],
  ],
  [
    'containsText',
    [
      ['a quote', f.containsText(text("l'oreal"), "'"), true],
      ['no wildcard', f.containsText(text('abc'), '%'), false],
    ],
  ],
  [
    'matches',
    [
      ['anywhere', f.matches(text('abc'), 'b'), true],
      ['anchored', f.matches(text('abc'), '^b\\z'), false],
      ['a backslash', f.matches(text('12'), '^\\d+\\z'), true],
      ['the end is not before a line end', f.matches(text('12\n'), '^\\d+\\z'), false],
    ],
  ],
  ['smallest', [['of one text', f.smallest(text('b'), 2), 'b']]],
  ['characterAt', [['a carriage return', f.characterAt(13), '\r']]],
]
