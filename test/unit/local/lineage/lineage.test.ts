import { describe, expect, it } from 'vitest'
import type { Release, SliceManifest } from '../../../../lambdas/shared/documents.ts'
import { lineageOfFile, lineageOfView } from '../../../../local/lineage/lineage.ts'
import { fileTable, viewTable } from '../../../../local/lineage/lineage-table.ts'
import type { LineageSource } from '../../../../local/lineage/source.ts'
import { manifest } from '../../lambdas/fakes/documents.ts'

const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:r1'

/** A release whose mart was built by another definition than today's: its basis is nobody's. */
const release: Release = {
  release: 'r1',
  previous: null,
  publishedAt: '2026-01-02T03:00:00Z',
  slices: {
    'csv-2019-10': { version: 'csv-2019-10@r1', source: 'csv', month: '2019-10', fingerprint: 'f1', rows: 9 },
  },
  marts: { sales_per_day: { '2019-10': { version: '2019-10@r1', basis: 'of another definition' } } },
}

const sourceWith = (found: SliceManifest | undefined, now: Partial<LineageSource> = {}): LineageSource => ({
  release: async () => release,
  manifest: async () => found,
  manifests: async () => (found ? [found] : []),
  runOf: (run) => ({ run, execution: null, startedAt: null, startedBy: null }),
  rawFile: async () => ({ key: 'a.csv', size: 100, etag: '"e"' }),
  unpackedTo: async () => undefined,
  ...now,
})
const printed = (table: { rows: readonly (readonly unknown[])[] }) =>
  table.rows.map((row) => row.map((value) => value ?? '-').join(' | '))

describe('the lineage of a view', () => {
  it('has the execution from the manifest, where the audit is younger than the run', async () => {
    const whole = await lineageOfView(
      sourceWith(manifest({ execution: EXECUTION })),
      'user_activity',
      release,
    )
    expect(whole.slices).toMatchObject([{ execution: EXECUTION, files: [{ key: 'a.csv', now: 'same' }] }])
    expect(printed(viewTable(whole))).toEqual([
      'view | user_activity | r1 | - | 2026-01-02T03:00:00Z | - | 0 months of marts, 1 slices',
      'slice | csv-2019-10 | csv-2019-10@r1 | ecomm-nightly-dev:r1 | - | - | fingerprint f1…',
      'file | a.csv | e | - | - | - | 100 bytes',
    ])
  })

  it('names the run where the execution is not known, and says that files are not known', async () => {
    const table = viewTable(await lineageOfView(sourceWith(undefined), 'user_activity', release))
    expect(printed(table)[1]).toMatch(/^slice \| csv-2019-10 \| csv-2019-10@r1 \| r1 \|/)
    expect(printed(table)[2]).toContain('not known')
  })

  it('says that a definition has changed since', async () => {
    const whole = await lineageOfView(sourceWith(manifest()), 'sales_per_day', release)
    expect(whole.marts).toMatchObject([{ isProven: false }])
    expect(printed(viewTable(whole))[1]).toContain('definition has changed since')
  })

  it.each([
    ['gone', undefined],
    ['changed', { key: 'a.csv', size: 101, etag: '"e"' }],
  ])('says that a file is %s since', async (state, now) => {
    const source = sourceWith(manifest(), { rawFile: async () => now })
    const whole = await lineageOfView(source, 'user_activity', release)
    expect(printed(viewTable(whole)).at(-1)).toContain(`${state} since`)
  })
})

describe('the lineage of a file', () => {
  it('goes up to the views, and shows no other file of the slice', async () => {
    const other = { key: 'b.csv', size: 1, etag: '"b"' }
    const source = sourceWith(manifest({ files: [{ key: 'a.csv', size: 100, etag: '"e"' }, other] }))
    const whole = await lineageOfFile(source, 'a.csv', release)
    expect(whole.views).toEqual(['user_activity', 'sales_per_day'])
    expect(printed(fileTable(whole)).map((row) => row.split(' | ').slice(0, 2).join(' '))).toEqual([
      'slice csv-2019-10',
      'file a.csv',
      'mart sales_per_day 2019-10',
      'view user_activity',
      'view sales_per_day',
    ])
  })

  it('is empty where the release has nothing of it', async () => {
    expect(await lineageOfFile(sourceWith(manifest()), 'c.csv', release)).toMatchObject({
      slices: [],
      marts: [],
      views: [],
    })
  })
})
