import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { COPIED_BELOW, place } from '../../../../local/ingest/place.ts'
import { sourceFiles } from '../../../../local/ingest/source-files.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'place-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const source = async (size: number) => {
  const path = join(root, '2019-Oct.csv')
  writeFileSync(path, 'first line\n')
  truncateSync(path, size)
  const [file] = await sourceFiles(path)
  if (!file) throw new Error('no file')
  return file
}
const target = () => join(root, 'lake', 'p_month=10', '2019-Oct.csv')
const staging = () => join(root, 'staging')
const refused = (code: string) => async () => {
  throw Object.assign(new Error(code), { code })
}

it('copies a small file and finds it unchanged the next time', async () => {
  const file = await source(1000)
  expect(await place(file, target(), staging())).toBe('copied')
  expect(statSync(target()).ino).not.toBe(file.stats.ino)
  expect(await place(file, target(), staging())).toBe('unchanged')
})

it('links a big file and finds it unchanged the next time', async () => {
  const file = await source(COPIED_BELOW)
  expect(await place(file, target(), staging())).toBe('linked')
  expect(statSync(target()).ino).toBe(file.stats.ino)
  expect(await place(file, target(), staging())).toBe('unchanged')
})

it('replaces a file that has changed, in size or in time only', async () => {
  await place(await source(1000), target(), staging())
  expect(await place(await source(1001), target(), staging())).toBe('replaced')
  expect(statSync(target()).size).toBe(1001)
  utimesSync(join(root, '2019-Oct.csv'), 1, 1)
  const [touched] = await sourceFiles(join(root, '2019-Oct.csv'))
  if (touched) expect(await place(touched, target(), staging())).toBe('replaced')
})

it('takes a symbolic link where a hard link can’t be had, across devices for example', async () => {
  const file = await source(COPIED_BELOW)
  expect(await place(file, target(), staging(), [refused('EXDEV'), symlink])).toBe('linked')
  expect(readFileSync(target()).length).toBe(COPIED_BELOW)
  expect(await place(file, target(), staging())).toBe('unchanged')
})

it('copies where no link can be had', async () => {
  const file = await source(COPIED_BELOW)
  expect(await place(file, target(), staging(), [refused('EPERM'), refused('EPERM')])).toBe('copied')
  expect(statSync(target()).ino).not.toBe(file.stats.ino)
})

it('does not go on to copying when the disk is full, and leaves nothing', async () => {
  const file = await source(COPIED_BELOW)
  await expect(place(file, target(), staging(), [refused('ENOSPC')])).rejects.toThrow('ENOSPC')
  expect(() => statSync(target())).toThrow('ENOENT')
})
