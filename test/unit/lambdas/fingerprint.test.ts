import { beforeEach, describe, expect, it, vi } from 'vitest'

const { curationStatements } = vi.hoisted(() => ({
  curationStatements: vi.fn<() => Record<string, unknown>>(),
}))
vi.mock('../../../glue-jobs/statements.ts', () => ({ curationStatements }))

/** As a deployment with these statements sees it: the hash of them is kept for as long as the function lives. */
async function fingerprintWith(judged: string, file: object = {}, metrics = 'SELECT 0'): Promise<string> {
  vi.resetModules()
  curationStatements.mockReturnValue({
    csv: { judged },
    stream: { judged: metrics },
    event_metrics: metrics,
    quarantine_metrics: metrics,
  })
  const { fingerprint } = await import('../../../lambdas/shared/fingerprint.ts')
  return fingerprint('csv', [{ key: 'a.csv', size: 1, etag: '"e"', ...file }])
}

describe('the fingerprint of a slice', () => {
  let before: string
  beforeEach(async () => {
    before = await fingerprintWith('SELECT 1')
  })

  it('is the same where nothing changed', async () => {
    expect(await fingerprintWith('SELECT 1')).toBe(before)
  })

  it.each([
    ['name', { key: 'b.csv' }],
    ['size', { size: 2 }],
    ['content, of the same size', { etag: '"f"' }],
  ])('changes with a file’s %s', async (_, file) => {
    expect(await fingerprintWith('SELECT 1', file)).not.toBe(before)
  })

  it('changes with what curation makes of the files', async () => {
    expect(await fingerprintWith('SELECT 2')).not.toBe(before)
  })

  it('stays where only other figures are taken of the same rows, or another source is curated otherwise', async () => {
    expect(await fingerprintWith('SELECT 1', {}, 'SELECT 3')).toBe(before)
  })
})
