import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { LAKE, s3Uri, versionName } from '../catalog/layout.ts'
import type { SliceManifest } from '../lambdas/shared/documents.ts'
import { generateMonth } from '../local/generate/generate-month.ts'
import { ObjectStore } from '../local/s3/object-store.ts'

const MONTH = '2019-10'
const SLICE = `csv-${MONTH}`
export const BUCKETS = { raw: 'bench-raw', lake: 'bench-lake' } as const

export const openStore = (root: string) => new ObjectStore(root, Object.values(BUCKETS))

/** Generates a calibrated month as the slice of a run. */
export async function makeSlice(root: string, run: string, rows: number): Promise<void> {
  const objects = openStore(root)
  const key = `${run}/2019-Oct.csv`
  const path = objects.pathOf(BUCKETS.raw, key)
  mkdirSync(dirname(path), { recursive: true })
  await generateMonth({ month: MONTH, rows, seed: 42, path })
  const manifest: SliceManifest = {
    slice: SLICE,
    source: 'csv',
    month: MONTH,
    version: versionName(SLICE, run),
    fingerprint: '',
    bucket: BUCKETS.raw,
    files: [{ key, size: statSync(path).size, etag: '' }],
  }
  await objects.put(BUCKETS.lake, LAKE.run(run, `${SLICE}.manifest`), JSON.stringify(manifest))
}

/** The arguments that the state machine gives the job for the slice of a run; each engine has metrics of its own. */
export const jobArguments = (run: string, engine: string): Record<string, string> => {
  const version = versionName(SLICE, run)
  const keys = {
    '--manifest': LAKE.run(run, `${SLICE}.manifest`),
    '--curated': LAKE.curatedVersion(version),
    '--quarantine': LAKE.quarantineVersion(version),
    '--metrics': LAKE.run(run, `${SLICE}.${engine}.metrics`),
  }
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, s3Uri(BUCKETS.lake, key)]))
}
