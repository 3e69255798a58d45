import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

it('tells who wants it where it is served', () => {
  using held = lockLake(root)
  held.announce('http://127.0.0.1:4577')
  expect(() => lockLake(root)).toThrow(/served at http:\/\/127.0.0.1:4577 \(process \d+, since 2.*Ctrl-C/)
})

it.each(['', '{', '12, since yesterday'])('is told to be in use where nobody can say by whom: %j', (text) => {
  using _held = lockLake(root)
  writeFileSync(path.join(root, 'lock.holder'), text)
  expect(() => lockLake(root)).toThrow(/is in use by another night\. Wait/)
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
