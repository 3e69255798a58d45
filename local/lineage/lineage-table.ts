import type { Table } from '../cli/format.ts'
import type { FileLineage, LineageFile, LineageMart, LineageSlice, ViewLineage } from './lineage.ts'
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

const fileRow = ({ key, etag, modified, size, now }: LineageFile): Row => [
  'file',
  key,
  etag.replaceAll('"', ''),
  null,
  modified ?? null,
  null,
  `${size} bytes${now === 'same' ? '' : `, ${now} since`}`,
]

/** A stream has tens of thousands of objects a month: they stand together by day. */
const dayRows = (files: readonly LineageFile[]): Row[] =>
  [...Map.groupBy(files, ({ key }) => key.replace(/p_hour=.*$/, ''))].map(([folder, ofDay]) => {
    const bytes = ofDay.reduce((sum, { size }) => sum + size, 0)
    const others = ofDay.filter(({ now }) => now !== 'same').length
    const since = others > 0 ? `, ${others} changed or gone since` : ''
    const newest = ofDay
      .flatMap(({ modified }) => modified ?? [])
      .sort()
      .at(-1)
    return [
      'files',
      folder,
      null,
      null,
      newest ?? null,
      null,
      `${ofDay.length} objects, ${bytes} bytes${since}`,
    ]
  })

const sliceRows = (slice: LineageSlice): Row[] => [
  ['slice', slice.slice, slice.version, ...madeBy(slice), `fingerprint ${slice.fingerprint.slice(0, 12)}…`],
  ...(slice.source === 'stream' ? dayRows(slice.files ?? []) : (slice.files ?? []).map(fileRow)),
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
    ...slices.flatMap((slice) => [
      ...sliceRows({ ...slice, files: [] }),
      ...(slice.files ?? []).filter((file) => file.key === key).map(fileRow),
    ]),
    ...marts.map(martRow),
    ...views.map((view): Row => ['view', view, release, null, null, null, null]),
  ],
})
