import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LAKE } from '../../catalog/layout.ts'
import { runRecord } from '../../lambdas/shared/documents.ts'
import type { ExecutorSettings } from '../../local/cli/lake-executions.ts'
import { runNight } from '../../local/cli/night.ts'
import type { ExecutionRecord } from '../../local/executor/execution-store.ts'
import { realTimer } from '../../local/executor/pauses.ts'
import type { TaskDoor } from '../../local/executor/task-door.ts'
import { TaskError } from '../../local/executor/task-error.ts'
import { openTestLake, type TestLake } from './lake-harness.ts'
import { contentOf, putMonths } from './survival-lake.ts'

const MONTHS = ['2019-10', '2019-11']

/** `lambda:publish-release`, `glue:startJobRun.sync`: what a task calls, without the deployment's names. */
const calledBy = (resource: string): string =>
  resource.includes(':lambda:')
    ? `lambda:${resource.replace(/^.*:ecomm-(.*)-dev$/, '$1')}`
    : resource.split(':').slice(-2).join(':')

/** What happens in place of the first call of each task; the platform's own answer is `real`. */
type Fault = (real: TaskDoor['run'], ...call: Parameters<TaskDoor['run']>) => Promise<unknown>

const faulty = (fault: Fault, met: Set<string>): NonNullable<ExecutorSettings['door']> => {
  return (door) => ({
    run: async (...call) => {
      const task = calledBy(call[0])
      if (met.has(task)) return door.run(...call)
      met.add(task)
      return fault(door.run, ...call)
    },
  })
}

let number = 0
const lakes: TestLake[] = []
afterAll(async () => {
  for (const lake of lakes) await lake.close()
})

async function aLake(executor: ExecutorSettings = {}): Promise<TestLake> {
  number += 1
  const lake = await openTestLake(`survival-${number}`, undefined, { executor })
  lakes.push(lake)
  await putMonths(lake.lake, MONTHS)
  return lake
}

interface Survived {
  readonly content: Record<string, unknown>
  readonly execution: ExecutionRecord
  /** How the night ended, each time. */
  readonly ends: string[]
  readonly next: string | undefined
}

/** A night that is redriven until it succeeds. */
async function survive({ lake }: TestLake): Promise<Survived> {
  const machine = lake.platform.names.nightly
  const ends: string[] = []
  let execution = await runNight(lake, { input: {} })
  for (; execution.status !== 'SUCCEEDED' && ends.length < 60; ) {
    ends.push(`${execution.status} ${execution.error?.name}`)
    execution = await (await lake.states.redrive({ machine, name: execution.name })).ended
  }
  expect(execution.error).toBeNull()
  const content = await contentOf(lake)
  const next = await runNight(lake, { input: {} })
  const record = await lake.document(LAKE.run(next.name, 'run'), runRecord)
  return { content, execution, ends, next: record?.status }
}

describe('a night in which something goes wrong with each task, once', () => {
  let undisturbed: Survived
  /** What its tasks call. */
  const tasks = new Set<string>()
  beforeAll(async () => {
    const listening = faulty((real, ...call) => real(...call), tasks)
    undisturbed = await survive(await aLake({ door: listening }))
  })

  const expectSame = ({ content, next }: Survived): void => {
    expect(content).toEqual(undisturbed.content)
    expect(next).toBe('unchanged')
  }

  it('is complete where nothing does', () => {
    expect(undisturbed.ends).toEqual([])
    expect(undisturbed.content.user_activity).toHaveLength(240)
    expect(tasks.size).toBeGreaterThan(18)
  })

  it('fails before its work: redriven, it publishes the same', async () => {
    const met = new Set<string>()
    const fail = async () => {
      throw new TaskError('Probe.Failed', 'before')
    }
    const survived = await survive(await aLake({ door: faulty(fail, met) }))
    expectSame(survived)
    expect(met).toEqual(tasks)
    // Of what fails in a Map side by side, one failure ends the execution; the nights of BuildMart try again themselves.
    expect(survived.ends.length).toBeGreaterThan(tasks.size / 2)
    expect(new Set(survived.ends)).toEqual(new Set(['FAILED Probe.Failed']))
  })

  it('fails after its work: redriven, it does the work again and publishes the same', async () => {
    const met = new Set<string>()
    const fail: Fault = async (real, ...call) => {
      await real(...call)
      throw new TaskError('Probe.Failed', 'after')
    }
    expectSame(await survive(await aLake({ door: faulty(fail, met) })))
    expect(met).toEqual(tasks)
  })

  it('is throttled: the definition tries it again, and nobody has to redrive anything', async () => {
    const met = new Set<string>()
    const prefixes: Record<string, string> = {
      athena: 'Athena',
      databrew: 'DataBrew',
      glue: 'Glue',
      quicksight: 'QuickSight',
      sns: 'SNS',
    }
    const throttle: Fault = async (_, resource) => {
      const service = /(?:states:::(?:aws-sdk:)?)(\w+):/.exec(resource)?.[1] ?? ''
      const name = service === 'sns' ? 'ThrottledException' : 'ThrottlingException'
      const prefix = prefixes[service]
      throw new TaskError(prefix ? `${prefix}.${name}` : 'Lambda.TooManyRequestsException', 'slow down')
    }
    const survived = await survive(await aLake({ door: faulty(throttle, met) }))
    expectSame(survived)
    expect(met).toEqual(tasks)
    expect(survived.ends).toEqual([])
  })

  it('does not answer in time: it is told, tried again, and what it does too late does no harm', async () => {
    const met = new Set<string>()
    let ring = () => {}
    const late: Promise<unknown>[] = []
    const timeOut: Fault = async (real, resource, input, signal, onSubmitted) => {
      // The timer of this very call was set just before it.
      const over = ring
      if (resource.includes('.sync')) {
        // Its run is stopped in the middle.
        const running = real(resource, input, signal, onSubmitted)
        await sleep(20)
        over()
        return running
      }
      over()
      // Nobody listens any more, but the work is done all the same, beside the second attempt.
      late.push(
        sleep([5, 150, 600][late.length % 3]).then(() => real(resource, input, new AbortController().signal)),
      )
      throw signal.reason
    }
    const lake = await aLake({
      door: faulty(timeOut, met),
      timer: (ms, call) => {
        ring = call
        return realTimer(ms, call)
      },
    })
    const survived = await survive(lake)
    await Promise.allSettled(late)
    expectSame({ ...survived, content: await contentOf(lake.lake) })
    expect(met).toEqual(tasks)
    expect(late.length).toBeGreaterThan(12)
    const history = lake.lake.executions.history(lake.lake.platform.names.nightly, 'r1')
    const timeouts = history.filter(({ type }) => type.endsWith('TimedOut'))
    expect(timeouts.length).toBeGreaterThanOrEqual(tasks.size)
  })

  it('has a second night started at the same moment: one goes on, the other finds nothing left to do', async () => {
    const { lake } = await aLake()
    const nights = await Promise.all([runNight(lake, { input: {} }), runNight(lake, { input: {} })])
    expect(nights.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED'])
    const [first, second] = nights[0].status === 'SUCCEEDED' ? nights : nights.toReversed()
    expect(first?.name).toBe('r1')
    expect(second?.error?.name).toBe('NightAlreadyRunningError')
    const content = await contentOf(lake)
    const machine = lake.platform.names.nightly
    const again = await lake.states.redrive({ machine, name: String(second?.name) })
    expect((await again.ended).status).toBe('SUCCEEDED')
    const record = await lake.document(LAKE.run(String(second?.name), 'run'), runRecord)
    expectSame({ ...undisturbed, content, next: record?.status })
  })
})
