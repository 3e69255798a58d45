import { martCtas } from '../../athena-views/statements.ts'
import { LAKE, s3Uri, versionName } from '../../catalog/layout.ts'
import { candidateOf } from '../shared/candidate-store.ts'
import { dropTable } from '../shared/drop-table.ts'
import { environment } from '../shared/environment.ts'
import { findMart } from '../shared/find-mart.ts'
import { inputsOf, type MartMonth } from '../shared/mart-months.ts'
import { isEmpty } from '../shared/objects.ts'

interface MartBuild {
  readonly queryString: string
  /** The table that the statement makes; registration drops it and keeps its files. */
  readonly table: string
  /** Key of the folder that it writes to. */
  readonly location: string
  readonly version: string
  readonly attempt: number
}

export async function prepareMart({
  run,
  mart: name,
  month,
  attempt,
}: MartMonth & { run: string; attempt: number }): Promise<MartBuild> {
  const { dialect, lakeBucket, names } = environment()
  const mart = findMart(name)
  const version = versionName(month, run)
  const { tag, location } = await freeLocation(name, version, attempt)
  const table = tableName('tmp', name, version, tag)
  // A statement that failed late can leave its table behind.
  await dropTable(names.lakeDatabase, table)
  const queryString = martCtas({
    dialect,
    names,
    mart,
    month,
    inputs: inputsOf(mart, month, await candidateOf(run)),
    table,
    location: s3Uri(lakeBucket, location),
  })
  return { queryString, table, location, version, attempt }
}

/**
 * The location of this attempt, or the next beside it: a redriven execution counts its attempts from one again, and CTAS
 * refuses a location that is not empty.
 */
async function freeLocation(mart: string, version: string, attempt: number) {
  const { lakeBucket } = environment()
  for (let redrive = 0; ; redrive += 1) {
    const tag = redrive === 0 ? `${attempt}` : `${attempt}-${redrive}`
    const location = LAKE.martAttempt(mart, version, tag)
    if (await isEmpty(lakeBucket, location)) return { tag, location }
  }
}

/** Athena's table names: lower case letters, digits and underscores. */
const tableName = (...parts: string[]): string => parts.join('_').replaceAll(/[^a-z0-9_]/g, '_')
