import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isLakeLocked, LakeBusyError, lockLake } from '../../../../local/executor/lake-lock.ts'

const MODULE = path.resolve(import.meta.dirname, '../../../../local/executor/lake-lock.ts')

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lake-lock-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('is had by one at a time, and free again when given back', () => {
  expect(isLakeLocked(root)).toBe(false)
  {
    using _held = lockLake(root)
    expect(isLakeLocked(root)).toBe(true)
    expect(() => lockLake(root)).toThrow(LakeBusyError)
    expect(() => lockLake(root)).toThrow(new RegExp(`process ${process.pid}, since 2`))
  }
  expect(isLakeLocked(root)).toBe(false)
})

it('is free again when its holder is killed', async () => {
  const script = `const { lockLake } = await import(${JSON.stringify(MODULE)}); globalThis.held = lockLake(${JSON.stringify(root)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(isLakeLocked(root)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isLakeLocked(root)).toBe(false)
})
