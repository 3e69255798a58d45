import type { Table } from '../cli/format.ts'
import type { FileLineage, LineageMart, LineageSlice, ViewLineage } from './lineage.ts'
import type { RunOf } from './source.ts'

type Row = Table['rows'][number]

const COLUMNS = ['what', 'name', 'version', 'made by', 'started', 'by', 'from']

/** `ecomm-nightly-dev:r1` of an ARN; the run where the execution is not known. */
const maker = ({ execution, run }: RunOf): string => execution?.split(':').slice(-2).join(':') ?? run

const madeBy = (made: RunOf) => [maker(made), made.startedAt, made.startedBy]

const martRow = (mart: LineageMart): Row => [
  'mart',
  `${mart.mart} ${mart.month}`,
  mart.version,
  ...madeBy(mart),
  [
    ...mart.events,
    ...Object.entries(mart.marts).flatMap(([name, versions]) => versions.map((one) => `${name} ${one}`)),
    ...(mart.isProven ? [] : ['(its definition has changed since; this is what today’s would read)']),
  ].join(', '),
]

const sliceRows = (slice: LineageSlice): Row[] => [
  ['slice', slice.slice, slice.version, ...madeBy(slice), `fingerprint ${slice.fingerprint.slice(0, 12)}…`],
  ...(slice.files ?? []).map(
    (file): Row => [
      'file',
      file.key,
      file.etag.replaceAll('"', ''),
      null,
      file.modified ?? null,
      null,
      `${file.size} bytes${file.now === 'same' ? '' : `, ${file.now} since`}`,
    ],
  ),
  ...(slice.files === null
    ? [['file', 'not known: the run’s manifest is gone', null, null, null, null, null]]
    : []),
]

/** From a view down to the files. */
export const viewTable = ({ view, release, publishedAt, marts, slices }: ViewLineage): Table => ({
  columns: COLUMNS,
  rows: [
    [
      'view',
      view,
      release,
      null,
      publishedAt,
      null,
      `${marts.length} months of marts, ${slices.length} slices`,
    ],
    ...marts.map(martRow),
    ...slices.flatMap(sliceRows),
  ],
})

/** From a file up to the views. */
export const fileTable = ({ key, release, slices, marts, views }: FileLineage): Table => ({
  columns: COLUMNS,
  rows: [
    ...slices.flatMap(sliceRows).filter(([what, name]) => what !== 'file' || name === key),
    ...marts.map(martRow),
    ...views.map((view): Row => ['view', view, release, null, null, null, null]),
  ],
})
