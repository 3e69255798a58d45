import { publicViews } from '../../athena-views/index.ts'
import { quarantinedRows } from '../../catalog/events.ts'
import { LAKE } from '../../catalog/layout.ts'
import { type Release, type Verdict, verdicts } from '../../lambdas/shared/documents.ts'
import type { TestLake } from '../local/lake-harness.ts'

type Rows = readonly (readonly unknown[])[]

/** Rows as lines of text in an order of their own: ids and decimals exact. */
const lines = (rows: Rows): string[] =>
  rows
    .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort()

/** All that a lake's readers see, by view, and its quarantine. */
export async function contentOf(lake: TestLake): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {}
  for (const { name } of publicViews)
    content[name] = lines(await lake.query(`select * from ecommerce."${name}"`))
  content[quarantinedRows.name] = lines(
    await lake.query(`select * from ecommerce_lake."${quarantinedRows.name}"`),
  )
  return content
}

/** A release without the moment of its publication, and without what tells raw files of the same content apart. */
export const releaseOf = (release: Release | undefined) => ({
  ...release,
  publishedAt: undefined,
  slices: Object.entries(release?.slices ?? {}).map(([slice, { fingerprint: _, ...rest }]) => [slice, rest]),
})

/** What gates and data tests said in a run, with the figures that they saw, by what they judged. */
export async function verdictsOf({ lake }: TestLake, run: string): Promise<Record<string, Verdict[]>> {
  const said: Record<string, Verdict[]> = {}
  for (const key of await lake.documents(LAKE.run(run, '').replace(/\.json$/, ''))) {
    if (!/(?:\.tests|\.gate|\/partition-key)\.json$/.test(key)) continue
    const document = await lake.document(key, verdicts)
    if (document) said[document.subject] = document.verdicts
  }
  return said
}
