import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CSV_HEADER } from '../../catalog/events.ts'
import { LAKE, monthPartition, RAW } from '../../catalog/layout.ts'
import { type Release, type RunRecord, release, runRecord } from '../../lambdas/shared/documents.ts'
import { runNight } from '../../local/cli/night.ts'
import { type Lake, type LakeOptions, openLake } from '../../local/cli/open-lake.ts'
import type { ExecutionRecord } from '../../local/executor/execution-store.ts'

/** The real rows that lie beside the project; tests that need them are skipped where they are not. */
export const SAMPLE = path.resolve(import.meta.dirname, '../../../shared/data/2019-Oct-sample.csv')
export const hasSample = existsSync(SAMPLE)
export const NO_SAMPLE = `skipped: ${path.relative('.', SAMPLE)} is not there`

/** The definitions are synthesised once for all lakes of a test run, not once for each. */
const scratch = mkdtempSync(path.join(tmpdir(), 'lakehouse-'))

export interface Night {
  readonly execution: ExecutionRecord
  readonly record: RunRecord | undefined
  readonly current: Release | undefined
}

export interface TestLake {
  readonly lake: Lake
  night(input?: unknown): Promise<Night>
  /** Puts a file into the raw zone, under the partition of its month. */
  put(name: string, content: string | Buffer, options?: { month?: string; zone?: string }): string
  query(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

export async function openTestLake(
  name: string,
  folder = scratch,
  options: Omit<LakeOptions, 'lake'> = {},
): Promise<TestLake> {
  const root = path.join(folder, name)
  const lake = await openLake({ lake: root, memory: '1GB', threads: 2, ...options })
  const { objects, names } = lake.platform
  return {
    lake,
    async night(input = {}) {
      const execution = await runNight(lake, { input })
      const pointer = await objects.text(names.lakeBucket, LAKE.current)
      const current = pointer && JSON.parse(pointer).release
      return {
        execution,
        record: await lake.document(LAKE.run(execution.name, 'run'), runRecord),
        current: current ? await lake.document(LAKE.release(current), release) : undefined,
      }
    },
    put(file, content, { month = '2019-10', zone = RAW.uncompressed } = {}) {
      const key = `${zone}${monthPartition(month)}${file}`
      const target = objects.pathOf(names.rawBucket, key)
      writeFileSync(ensureParent(target), content)
      return key
    },
    async query(sql) {
      return (await lake.platform.query(sql)).rows
    },
    async close() {
      await lake[Symbol.asyncDispose]()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function ensureParent(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  return file
}

/** A raw line; only what a test is about has to be said. */
export const line = (
  fields: Partial<
    Record<'time' | 'type' | 'product' | 'category' | 'code' | 'brand' | 'price' | 'user' | 'session', string>
  > = {},
): string => {
  const f = {
    time: '2019-10-01 00:00:00 UTC',
    type: 'view',
    product: '1001',
    category: '2053013555631882655',
    code: 'electronics.smartphone',
    brand: 'samsung',
    price: '100.00',
    user: '1',
    session: 's1',
    ...fields,
  }
  return [f.time, f.type, f.product, f.category, f.code, f.brand, f.price, f.user, f.session].join(',')
}

export const csv = (...lines: readonly string[]): string => `${[CSV_HEADER, ...lines].join('\n')}\n`

/** Many good lines, each another second and user. */
export const goodLines = (count: number, fields: Parameters<typeof line>[0] = {}): string[] =>
  Array.from({ length: count }, (_, i) =>
    line({
      time: `2019-10-01 ${new Date(i * 1000).toISOString().slice(11, 19)} UTC`,
      user: String(i + 1),
      session: `s${i}`,
      ...fields,
    }),
  )
