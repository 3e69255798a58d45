import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installOnce } from '../../../../local/engines/install-once.ts'
import { temporaryFolder } from './fake-program.ts'

test('installs once, also for two at the same time', async () => {
  const folder = join(temporaryFolder(), 'tool')
  let installs = 0
  const install = async () => {
    installs++
    writeFileSync(join(folder, 'program'), 'x')
  }
  await Promise.all([installOnce(folder, install), installOnce(folder, install)])
  await installOnce(folder, install)
  expect(installs).toBe(1)
  expect(existsSync(join(folder, 'program'))).toBe(true)
  expect(existsSync(`${folder}.lock`)).toBe(false)
})

test('a half install is made anew, from an empty folder', async () => {
  const folder = join(temporaryFolder(), 'tool')
  const fails = installOnce(folder, async () => {
    writeFileSync(join(folder, 'half'), 'x')
    throw new Error('the network went away')
  })
  await expect(fails).rejects.toThrow('the network went away')
  await installOnce(folder, async () => writeFileSync(join(folder, 'whole'), 'x'))
  expect(readdirSync(folder).sort()).toEqual(['.finished', 'whole'])
})

test('a lock whose process is gone holds nobody up', async () => {
  const folder = join(temporaryFolder(), 'tool')
  writeFileSync(`${folder}.lock`, '999999999')
  await installOnce(folder, async () => undefined)
  expect(existsSync(join(folder, '.finished'))).toBe(true)
})
