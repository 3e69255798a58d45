import { MARTS } from '../../../../athena-views/index.ts'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { monthPartition, RAW } from '../../../../catalog/layout.ts'
import { handler as planSlices } from '../../../../lambdas/plan-slices/handler.ts'
import { curationHash } from '../../../../lambdas/shared/curation-hash.ts'
import { type CuratedVersion, release as releaseSchema } from '../../../../lambdas/shared/documents.ts'
import { listRawSlices } from '../../../../lambdas/shared/list-raw-slices.ts'
import { planMartMonths } from '../../../../lambdas/shared/mart-months.ts'
import { publish, release } from './documents.ts'
import { type FakeAws, LAKE_BUCKET, RAW_BUCKET } from './fake-aws.ts'

export const CSV = `${CSV_HEADER}\n2019-10-01 00:00:00 UTC,view,1,2,,,1.00,3,s\n`

export const rawKey = (month: string, name = 'a.csv'): string =>
  `${RAW.uncompressed}${monthPartition(month)}${name}`

/** The raw zone as the planner finds it, and what brings a lake into the state that a test is about. */
export function rawZone(aws: FakeAws) {
  const plan = (values: object = {}) =>
    planSlices({
      run: 'r1',
      startedAt: '2026-01-02T03:00:00.000Z',
      months: null,
      force: false,
      dryRun: false,
      archives: [],
      ...values,
    })
  const fingerprintOf = async (wanted: string): Promise<string> =>
    (await listRawSlices()).find(({ slice }) => slice === wanted)?.fingerprint ?? ''
  return {
    plan,
    put: (month: string, name?: string, body = CSV) => aws.s3.put(RAW_BUCKET, rawKey(month, name), body),
    remove: (month: string, name?: string) => aws.s3.objects.delete(`${RAW_BUCKET}/${rawKey(month, name)}`),
    /** Publishes the raw zone as it is, with all its marts, as release r0. */
    async publishAll(): Promise<void> {
      const { slices } = await plan({ run: 'r0', force: true })
      const released = Object.fromEntries(
        slices.map(({ slice, source, month, version }) => {
          const { fingerprint } = aws.s3.json(LAKE_BUCKET, `control/runs/r0/${slice}.manifest.json`)
          return [slice, { version, source, month, fingerprint, rows: 1 }]
        }),
      )
      const { marts } = planMartMonths(MARTS, released, {}, 'r0')
      publish(aws, releaseSchema.parse(release({ slices: released, marts })))
    },
    /** A version of a month's files as they are now, curated and registered by a run. */
    async curated(month: string, values: Partial<CuratedVersion> = {}): Promise<CuratedVersion> {
      const slice = `csv-${month}`
      const run = values.run ?? 'r5'
      const ready: CuratedVersion = {
        slice,
        version: `${slice}@${run}`,
        source: 'csv',
        month,
        fingerprint: await fingerprintOf(slice),
        curation: curationHash('csv'),
        rows: 7,
        run,
        registeredAt: '2026-01-01T00:00:00.000Z',
        backfill: null,
        profiled: true,
        ...values,
      }
      aws.s3.putJson(LAKE_BUCKET, `control/curated/${slice}.json`, ready)
      aws.s3.put(LAKE_BUCKET, `curated/version=${ready.version}/category_id=1/0.parquet`, 'x')
      return ready
    },
  }
}
