import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runNight } from '../../local/cli/night.ts'
import { type Lake, openLake } from '../../local/cli/open-lake.ts'
import type { ExecutionRecord } from '../../local/executor/execution-store.ts'
import { mountDisk, NO_DISK } from './small-disk.ts'
import { contentOf, putMonths } from './survival-lake.ts'

/** In which states the disk runs full, each time the night gets there. */
const STATES = ['StartNight', 'Curate', 'RegisterSlice', 'BuildMart', 'TestMart', 'Publish', 'RecordRun']

const scratch = mkdtempSync(path.join(tmpdir(), 'survival-disk-'))
const disk = mountDisk('60m')
afterAll(() => {
  disk?.unmount()
  rmSync(scratch, { recursive: true, force: true })
})

const open = (root: string): Promise<Lake> =>
  openLake({ lake: root, exclusive: true, memory: '1GB', threads: 2 })

it('a night whose disk runs full again and again publishes the same when there is room', async ({ skip }) => {
  if (!disk) return skip(NO_DISK)
  const undisturbed = await (async () => {
    await using lake = await open(path.join(scratch, 'undisturbed'))
    await putMonths(lake, ['2019-10'])
    await runNight(lake, { input: {} })
    return await contentOf(lake)
  })()

  const root = path.join(disk.folder, 'lake')
  const ends: string[] = []
  let isBegun = false
  for (const state of [...STATES, undefined]) {
    disk.free()
    await using lake = await open(root)
    const machine = lake.platform.names.nightly
    if (!isBegun) await putMonths(lake, ['2019-10'])
    const onEvent = (event: { readonly type: string; readonly state?: string }) => {
      if (event.state === state && event.type.endsWith('StateEntered')) disk.fill()
    }
    const { ended } = isBegun
      ? await lake.states.redrive({ machine, name: 'r1', onEvent })
      : await lake.states.start({ machine, input: {}, onEvent })
    isBegun = true
    // Where not even its history can be written, the execution ends with that error.
    const end: Pick<ExecutionRecord, 'status' | 'error'> | NodeJS.ErrnoException = await ended.catch(
      (error) => error,
    )
    ends.push('status' in end ? end.status : String(end.code))
    if ('status' in end && end.status === 'FAILED')
      expect(end.error?.cause).toMatch(/space|disk|ENOSPC|I\/O|IO Error/i)
    if (state === undefined) {
      expect(end).toMatchObject({ status: 'SUCCEEDED' })
      expect(await contentOf(lake)).toEqual(undisturbed)
    }
  }
  expect(ends.slice(0, -1)).not.toContain('SUCCEEDED')
})
