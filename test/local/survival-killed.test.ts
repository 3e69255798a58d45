import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LAKE } from '../../catalog/layout.ts'
import { runRecord } from '../../lambdas/shared/documents.ts'
import { runNight } from '../../local/cli/night.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { contentOf, putMonths } from './survival-lake.ts'

const CHILD = path.join(import.meta.dirname, 'survival-child.ts')
const MAIN = path.resolve(import.meta.dirname, '../../local/cli/main.ts')
const MONTHS = ['2019-10']
/** Ends a night that would fail for ever. */
const MOST_FAILED = 12

const scratch = mkdtempSync(path.join(tmpdir(), 'survival-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

interface Order {
  readonly kinds: readonly string[]
  readonly effects?: readonly number[]
}

interface Ended {
  /** Where the process died; none where it came to the end. */
  readonly point?: string
  readonly status?: string
  readonly error?: unknown
}

async function processOn(root: string, order: Order & { died: readonly string[] }): Promise<Ended> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify({ root, ...order })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(scratch, 'compiled') },
  })
  const [out, err, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  const said: Ended = JSON.parse(out.trim().split('\n').at(-1) || '{}')
  if ((said.point !== undefined) !== (signal === 'SIGKILL') || (code !== 0 && code !== null))
    throw new Error(`a child ended with ${code ?? signal}: ${out}${err}`)
  return said
}

/** Lets processes die on a lake, one after the other, until one comes to the end; where they died, and what is there then. */
async function killedOn(name: string, order: Order) {
  const root = path.join(scratch, name)
  {
    await using lake = await openLake({ lake: root, memory: '1GB', threads: 2 })
    await putMonths(lake, MONTHS)
  }
  const died: string[] = []
  let failed = 0
  for (;;) {
    const { point, status, error } = await processOn(root, { ...order, died })
    // Which task is killed is a matter of chance where some run side by side. All attempts of one mart can be, of several marts
    // too: then the execution fails, and is redriven like any other.
    if (
      point === undefined &&
      JSON.stringify(error ?? null).includes('failed at every attempt') &&
      failed < MOST_FAILED
    ) {
      failed += 1
      continue
    }
    if (point === undefined) {
      expect({ status, error }).toEqual({ status: 'SUCCEEDED', error: null })
      break
    }
    died.push(point)
  }
  await using lake = await openLake({ lake: root, exclusive: true, memory: '1GB', threads: 2 })
  const machine = lake.platform.names.nightly
  const [execution] = lake.executions.list(machine)
  const history = lake.executions.history(machine, 'r1')
  const content = await contentOf(lake)
  const next = await runNight(lake, { input: {} })
  const record = await lake.document(LAKE.run(next.name, 'run'), runRecord)
  return { died, failed, content, execution, history, next: record?.status }
}

describe('a night whose process is killed again and again', () => {
  let undisturbed: Awaited<ReturnType<typeof killedOn>>
  beforeAll(async () => {
    undisturbed = await killedOn('undisturbed', { kinds: [] })
  })

  const entered = ({ history }: typeof undisturbed) => [
    ...new Set(history.filter(({ type }) => type.endsWith('StateEntered')).map(({ state }) => `${state}`)),
  ]

  it('publishes something at all where it is left alone', () => {
    expect(undisturbed.died).toEqual([])
    expect(undisturbed.content.user_activity).toHaveLength(120)
    expect(undisturbed.content.ecomm_user_activity_quarantine).toHaveLength(1)
    expect(Object.keys(undisturbed.content).length).toBeGreaterThan(12)
  })

  it.concurrent('in every state, and while jobs and queries run, publishes the same', async ({ expect }) => {
    const killed = await killedOn('entered', { kinds: ['entered', 'submitted'] })
    expect(killed.content).toEqual(undisturbed.content)
    expect(killed.next).toBe('unchanged')
    const states = killed.died.filter((point) => point.startsWith('entered ')).map((point) => point.slice(8))
    // And in those to which a query that was killed leads: its next attempt has a location of its own.
    expect(states).toEqual(expect.arrayContaining(entered(undisturbed)))
    expect(killed.died).toEqual(
      expect.arrayContaining(['submitted ProfileRaw', 'submitted Curate', 'submitted BuildMart']),
    )
    expect(killed.execution).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: killed.died.length + killed.failed,
    })
    expect(killed.history.map(({ id }) => id)).toEqual(killed.history.map((_, i) => i + 1))
    const ends = killed.history.filter(({ type }) => type === 'ExecutionAborted')
    expect(ends).toHaveLength(killed.died.length)
  })

  it.concurrent('when each task has done its work and nobody knows, publishes the same', async ({
    expect,
  }) => {
    const killed = await killedOn('answered', {
      kinds: ['answered', 'effect'],
      effects: [1, 3, 6, 9, 12, 15, 17],
    })
    expect(killed.content).toEqual(undisturbed.content)
    expect(killed.next).toBe('unchanged')
    const tasks = killed.died.filter((point) => point.startsWith('answered '))
    const types = undisturbed.history
      .filter(({ type }) => type === 'TaskStateEntered')
      .map(({ state }) => state)
    expect(tasks).toHaveLength(new Set(types).size)
    expect(killed.died.filter((point) => point.startsWith('effect ')).length).toBeGreaterThan(4)
  })

  it('and started twice at once: one process has the lake, the other is turned away', async () => {
    const root = path.join(scratch, 'twice')
    {
      await using lake = await openLake({ lake: root, memory: '1GB', threads: 2 })
      await putMonths(lake, MONTHS)
    }
    const night = async () => {
      const child = spawn(process.execPath, [MAIN, 'start', '--lake', root, '--memory', '1GB'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit'), text(child.stdout)])
      return { code, err }
    }
    const ends = await Promise.all([night(), night()])
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 2])
    expect(ends.map(({ err }) => err).join()).toContain('is in use by another night')
    await using lake = await openLake({ lake: root, memory: '1GB', threads: 2 })
    expect(await contentOf(lake)).toEqual(undisturbed.content)
  })
})
