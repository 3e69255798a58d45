import type { Release, SliceManifest, SliceMetrics } from '../../../../lambdas/shared/documents.ts'
import type { PlannedSlice } from '../../../../lambdas/shared/night-state.ts'
import { type FakeAws, LAKE_BUCKET, RAW_BUCKET } from './fake-aws.ts'

export const SLICE: PlannedSlice = {
  slice: 'csv-2019-10',
  source: 'csv',
  month: '2019-10',
  version: 'csv-2019-10@r1',
  manifest: 'control/runs/r1/csv-2019-10.manifest.json',
  files: 1,
  bytes: 100,
}

export const manifest = (values: Partial<SliceManifest> = {}): SliceManifest => ({
  slice: SLICE.slice,
  source: 'csv',
  month: SLICE.month,
  version: SLICE.version,
  fingerprint: 'f1',
  bucket: RAW_BUCKET,
  files: [{ key: 'a.csv', size: 100, etag: '"e"' }],
  ...values,
})

/** What curation counts in the real sample of 1,000 rows. */
export const metrics = (values: Partial<SliceMetrics> = {}): SliceMetrics => ({
  slice: SLICE.slice,
  version: SLICE.version,
  month: SLICE.month,
  read: 1000,
  curated: 1000,
  duplicates: 0,
  quarantined: 0,
  reasons: {},
  eventTypes: { view: 987, cart: 3, purchase: 10 },
  nulls: { category_code: 366, brand: 143, user_session: 0, price: 0 },
  zeroPrices: 0,
  price: { min: '0.88', max: '2574.07' },
  firstEvent: '2019-10-01 00:00:00',
  lastEvent: '2019-10-01 00:17:26',
  categories: 2,
  largestCategory: { category_id: '2053013555631882655', rows: 267 },
  files: 2,
  bytes: 20_000,
  ...values,
})

export const release = (values: Partial<Release> = {}): Release => ({
  release: 'r0',
  previous: null,
  publishedAt: '2026-01-01T03:10:00.000Z',
  slices: {
    'csv-2019-10': {
      version: 'csv-2019-10@r0',
      source: 'csv',
      month: '2019-10',
      fingerprint: 'f0',
      rows: 1000,
    },
  },
  marts: {},
  ...values,
})

/** Makes a release the current one, and the one that dashboards show. */
export function publish(aws: FakeAws, published: Release): void {
  aws.s3.putJson(LAKE_BUCKET, `control/releases/${published.release}.json`, published)
  for (const pointer of ['current', 'refreshed'])
    aws.s3.putJson(LAKE_BUCKET, `control/${pointer}.json`, { release: published.release })
}

/** Writes a document of run r1. */
export const putRun = (aws: FakeAws, name: string, document: unknown): string =>
  aws.s3.putJson(LAKE_BUCKET, `control/runs/r1/${name}.json`, document)
