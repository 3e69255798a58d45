import { createHash } from 'node:crypto'
import { userActivity } from '../catalog/events.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../catalog/names.ts'
import type { Table } from '../catalog/table.ts'
import { textOf } from '../sql/builder.ts'
import { martsReadBy } from './levels.ts'
import type { Mart } from './mart.ts'
import { martQuery } from './mart-query.ts'
import { type Place, versionsOf } from './versions-of.ts'

/** The versions that a statement reads, for all months of the mart's window. */
export interface Inputs {
  readonly events: readonly string[]
  /** By mart name. */
  readonly marts: Readonly<Record<string, readonly string[]>>
}

interface MartRequest extends Place {
  readonly mart: Mart
  /** `YYYY-MM` */
  readonly month: string
  readonly inputs: Inputs
}

/** The rows of one mart's one month, every column of its declared type. */
export const martSelect = ({ dialect, names, mart, month, inputs }: MartRequest): string =>
  textOf(
    martQuery(dialect, mart, month, (table) =>
      versionsOf({ dialect, names }, table, versionsFor(mart, table, inputs)),
    ),
  )

/** A CREATE TABLE AS in Athena's spelling, which the embedded platform understands too. */
export const martCtas = ({
  table,
  location,
  ...request
}: MartRequest & { table: string; location: string }): string =>
  `CREATE TABLE "${request.names.lakeDatabase}"."${table}" WITH (${[
    "format = 'PARQUET'",
    "write_compression = 'ZSTD'",
    `external_location = '${location}'`,
  ].join(', ')}) AS ${martSelect(request)}`

/** Publishes exactly these versions under the view's name, in one atomic statement. */
export const viewStatement = ({
  view,
  versions,
  ...place
}: Place & { view: Mart | typeof userActivity; versions: readonly string[] }): string =>
  `CREATE OR REPLACE VIEW "${place.names.viewDatabase}"."${view.name}" AS ${textOf(versionsOf(place, view, versions))}`

/** Changes when what the mart says changes, and only then: month, versions and names of the deployment don't count. */
export const martHash = (mart: Mart): string =>
  createHash('sha256')
    .update(
      martSelect({
        dialect: 'athena',
        names: namesOf(DEFAULT_DEPLOYMENT),
        mart,
        month: '2000-01',
        inputs: {
          events: ['events'],
          marts: Object.fromEntries(martsReadBy(mart).map(({ name }) => [name, [name]])),
        },
      }),
    )
    .digest('hex')

function versionsFor(mart: Mart, table: Table, { events, marts }: Inputs): readonly string[] {
  const versions = table.name === userActivity.name ? events : marts[table.name]
  if (versions) return versions
  throw new Error(`${mart.name} reads ${table.name}: give its versions in inputs.marts.`)
}
