import { DuckDBInstance } from '@duckdb/node-api'
import { CompiledQuery, Kysely } from 'kysely'
import { dataTestStatement } from '../../../athena-views/data-test-query.ts'
import { martsReadBy } from '../../../athena-views/levels.ts'
import type { Mart } from '../../../athena-views/mart.ts'
import { martSelect, viewStatement } from '../../../athena-views/statements.ts'
import { type Column, glueType } from '../../../catalog/column.ts'
import { curatedEvents, userActivity } from '../../../catalog/events.ts'
import { sliceName, versionName } from '../../../catalog/layout.ts'
import { shiftMonth } from '../../../catalog/month.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../../catalog/names.ts'
import { DuckDBDialect } from '../../../sql/duckdb/duckdb-dialect.ts'

export type Rows = Record<string, unknown>[]

const place = { dialect: 'duckdb', names: namesOf(DEFAULT_DEPLOYMENT) } as const
const { lakeDatabase, viewDatabase } = place.names

const versionOf = (month: string): string => versionName(sliceName('csv', month), 'r1')

/** A lake in memory that holds the events of one CSV file, each month in a version of its own, as the night does. */
export class CsvLake {
  readonly #db: Kysely<never>

  private constructor(db: Kysely<never>) {
    this.#db = db
  }

  static async load(file: string): Promise<CsvLake> {
    const lake = new CsvLake(
      new Kysely({
        dialect: new DuckDBDialect({ duckdb: () => DuckDBInstance.create(':memory:', { threads: '1' }) }),
      }),
    )
    const { columns, partitionKeys, name } = curatedEvents
    const { version, ...stored } = { ...columns, ...partitionKeys }
    const casts = Object.entries<Column>(stored).map(([column, type]) =>
      column === 'event_time'
        ? `cast(left(event_time, 19) as timestamp) as event_time`
        : `cast(${column} as ${glueType(type)}) as ${column}`,
    )
    await lake.#run(`create schema ${lakeDatabase}`)
    await lake.#run(`create schema ${viewDatabase}`)
    await lake.#run(
      `create table ${lakeDatabase}.${name} as
       select distinct ${casts.join(', ')}, 'csv-' || left(event_time, 7) || '@r1' as version
       from read_csv('${file}', header = true, all_varchar = true, nullstr = '')`,
    )
    return lake
  }

  /** The rows of a mart, from the months that its window says, and no others. */
  mart(mart: Mart, month: string): Promise<Rows> {
    return this.#run(this.#select(mart, month))
  }

  /** The data tests that would halt the night: the names of those that find rows. */
  async haltingTests(mart: Mart, month: string): Promise<unknown[]> {
    const version = versionName(month, 'r1')
    await this.#run(
      `create or replace table ${lakeDatabase}.${mart.name} as
       select *, '${version}' as version from (${this.#select(mart, month)})`,
    )
    const rows = await this.#run(dataTestStatement({ ...place, mart, version }))
    return rows
      .filter(({ severity, failures }) => severity === 'halt' && failures !== 0n)
      .map(({ test }) => test)
  }

  async userActivity(month: string): Promise<Rows> {
    await this.#run(viewStatement({ ...place, view: userActivity, versions: [versionOf(month)] }))
    return this.#run(`select * from ${viewDatabase}.${userActivity.name}`)
  }

  close(): Promise<void> {
    return this.#db.destroy()
  }

  #select(mart: Mart, month: string): string {
    if (martsReadBy(mart).length > 0) throw new Error(`${mart.name} reads marts: build those first`)
    const { monthsBefore, monthsAfter } = mart.window
    const months = Array.from({ length: monthsBefore + 1 + monthsAfter }, (_, i) =>
      shiftMonth(month, i - monthsBefore),
    )
    return martSelect({ ...place, mart, month, inputs: { events: months.map(versionOf), marts: {} } })
  }

  async #run(sql: string): Promise<Rows> {
    return (await this.#db.executeQuery<Rows[number]>(CompiledQuery.raw(sql))).rows
  }
}
