import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EventBus } from '../../../../local/events/event-bus.ts'
import type { EndedExecution } from '../../../../local/events/execution-event.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:record'
const NOW = new Date().toISOString()

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'events-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const execution = (name = 'r1', fields: Partial<EndedExecution> = {}): EndedExecution => ({
  name,
  arn: `arn:aws:states:us-east-1:000000000000:execution:m:${name}`,
  machine: 'm',
  status: 'FAILED',
  startedAt: NOW,
  stoppedAt: NOW,
  input: {},
  output: null,
  error: null,
  ...fields,
})

/** A bus whose function fails as often as it is told to. */
function busThatFails(times = 0, targets = [FUNCTION]) {
  const delivered: string[] = []
  const said: string[] = []
  let left = times
  const bus = new EventBus({
    root,
    rules: [{ name: 'ends', pattern: { detail: { status: ['FAILED', 'ABORTED'] } }, targets }],
    invoker: {
      async invoke(name, event) {
        left -= 1
        if (left >= 0) throw new Error('the disk is full')
        delivered.push(`${name} ${(event as { detail: { name: string } }).detail.name}`)
      },
    },
    say: (text) => said.push(text),
  })
  return { bus, delivered, said }
}

describe('an execution that ended badly', () => {
  it('is told to the function that a rule names', async () => {
    const { bus, delivered, said } = busThatFails()
    await bus.announceEnd(execution())
    expect(delivered).toEqual(['record r1'])
    expect(said).toEqual([])
  })

  it('is told though the function fails twice', async () => {
    const { bus, delivered } = busThatFails(2)
    await bus.announceEnd(execution())
    expect(delivered).toEqual(['record r1'])
  })

  it('is not lost where the function fails for good: it is said, and told the next time', async () => {
    const { bus, delivered, said } = busThatFails(3)
    await bus.announceEnd(execution())
    expect(delivered).toEqual([])
    expect(said).toEqual([
      expect.stringMatching(/^r1 ended FAILED, which could not be recorded and told: the disk is full/),
    ])
    await bus.announceMissed([execution()])
    expect(delivered).toEqual(['record r1'])
  })

  it('is told by the next process where the one that ran it was killed before it could, and that once', async () => {
    const { bus, delivered } = busThatFails()
    const [older, newer] = [execution('r1', { startedAt: '2026-01-01T00:00:00Z' }), execution('r2')]
    await bus.announceMissed([newer, older])
    await bus.announceMissed([newer, older])
    expect(delivered).toEqual(['record r1', 'record r2'])
  })

  it('is told again where a redrive ended it anew', async () => {
    const { bus, delivered } = busThatFails()
    await bus.announceEnd(execution())
    const again = execution('r1', { stoppedAt: new Date(Date.now() + 1000).toISOString(), redriveCount: 1 })
    await bus.announceMissed([again])
    expect(delivered).toHaveLength(2)
  })

  it('is told to functions alone', async () => {
    const { bus, said } = busThatFails(0, ['arn:aws:sns:us-east-1:000000000000:topic'])
    await bus.announceEnd(execution())
    expect(said[0]).toContain('can only be a function here, not arn:aws:sns')
  })
})

describe('what is not told', () => {
  it('is success, what still runs, and what ended weeks ago', async () => {
    const { bus, delivered } = busThatFails()
    await bus.announceEnd(execution('r1', { status: 'SUCCEEDED' }))
    const longAgo = new Date(Date.now() - 15 * 24 * 3600 * 1000).toISOString()
    await bus.announceMissed([
      execution('r2', { status: 'RUNNING', stoppedAt: null }),
      execution('r3', { stoppedAt: longAgo }),
    ])
    expect(delivered).toEqual([])
  })
})
