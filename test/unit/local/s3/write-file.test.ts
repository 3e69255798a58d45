import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { etagOf } from '../../../../local/s3/etag.ts'
import { writeFileAtomically } from '../../../../local/s3/write-file.ts'
import { temporaryFolder } from '../temporary-platform.ts'

test('writes within one tick of the clock have times, and so ETags, of their own', async () => {
  const inAnHour = performance.now() + 3_600_000
  vi.spyOn(performance, 'now').mockReturnValue(inAnHour)
  onTestFinished(() => void vi.restoreAllMocks())
  const staging = temporaryFolder()
  const path = join(staging, 'a')
  const tags = new Set<string>()
  for (let i = 0; i < 10; i++) {
    await writeFileAtomically('same', { staging, path, exclusive: false })
    const stats = statSync(path, { bigint: true })
    expect(Math.abs(Number(stats.mtimeMs) - performance.timeOrigin - inAnHour)).toBeLessThan(10)
    // A file system gives the number of a file that has gone to the next one.
    tags.add(etagOf({ ...stats, ino: 1n }))
  }
  expect(tags.size).toBe(10)
})
