import { beforeEach, describe, expect, it } from 'vitest'
import { MARTS, publicViews } from '../../../athena-views/index.ts'
import type { MachineKind } from '../../../catalog/layout.ts'
import { handler as planMarts } from '../../../lambdas/plan-marts/handler.ts'
import { handler as publishRelease } from '../../../lambdas/publish-release/handler.ts'
import { handler as recordRollback } from '../../../lambdas/record-rollback/handler.ts'
import { handler as recordRun } from '../../../lambdas/record-run/handler.ts'
import { handler as releaseHold } from '../../../lambdas/release-hold/handler.ts'
import { handler as rollBack } from '../../../lambdas/roll-back/handler.ts'
import type { Release } from '../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../lambdas/shared/mart-months.ts'
import { handler as startNight } from '../../../lambdas/start-night/handler.ts'
import { handler as startRollback } from '../../../lambdas/start-rollback/handler.ts'
import { publish, putRun, release } from './fakes/documents.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'
import { rawZone } from './fakes/raw-zone.ts'

const STARTED = '2026-01-09T03:00:00.000Z'
const EXECUTION = executionArn('rollback', 'x1')

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  for (const day of [1, 2, 3]) publish(aws, released(`r${day}`, day))
})

function released(name: string, day: number, values: Partial<Release> = {}): Release {
  const slices = {
    'csv-2019-10': { ...release().slices['csv-2019-10'], version: `csv-2019-10@${name}` },
  } as Release['slices']
  return release({
    release: name,
    previous: day === 1 ? null : `r${day - 1}`,
    publishedAt: `2026-01-0${day}T03:10:00.000Z`,
    slices,
    marts: planMartMonths(MARTS, slices, {}, name).marts,
    ...values,
  })
}
const put = (document: Release) =>
  aws.s3.putJson(LAKE_BUCKET, `control/releases/${document.release}.json`, document)
const control = (name: string) => aws.s3.json(LAKE_BUCKET, `control/${name}.json`)
const start = (input: unknown) =>
  startRollback({ execution: EXECUTION, run: 'rollback-x1', startedAt: STARTED, input })
const back = (target: string, reason: string | null = 'doubled revenue') =>
  rollBack({ run: 'rollback-x1', execution: EXECUTION, target, reason })
/** The run whose version each view shows. */
const seen = () => {
  const last = new Map(aws.athena.statements.map((sql) => [/VIEW "ecommerce"."(\w+)"/.exec(sql)?.[1], sql]))
  return [...new Set([...last.values()].map((sql) => /2019-10@(r\d)/.exec(sql)?.[1]))]
}
const running = (machine: MachineKind, name = 'n9') =>
  aws.executions.push({
    executionArn: executionArn(machine, name),
    stateMachineArn: 'x',
    name,
    startDate: new Date(Date.parse(STARTED) - 1000),
    status: 'RUNNING',
  })
const HOLD = { release: 'r1', since: '2026-01-08T00:00:00.000Z', by: 'another', reason: null }
const hold = () => aws.s3.putJson(LAKE_BUCKET, 'control/hold.json', HOLD)

describe('asking for a rollback', () => {
  it('says from where to where it goes', async () => {
    expect(await start({ release: 'r1', reason: 'doubled revenue' })).toEqual({
      run: 'rollback-x1',
      execution: EXECUTION,
      startedAt: STARTED,
      resumes: false,
      target: 'r1',
      from: 'r3',
      reason: 'doubled revenue',
      held: null,
    })
  })

  it.each([
    [{ release: 'r9' }, /There is no release r9. You can go back to r2, r1./],
    [{ release: 'r3' }, /r3 is the current release already. You can go back to r2, r1./],
    [{ release: 'r1', resume: true }, /The rollback's input is not valid/],
    [{}, /Give \{ "release": "r7"/],
    [{ resume: true }, /Publication is not held: there is nothing to resume/],
  ])('%j is refused with the reason', async (input, reason) => {
    await expect(start(input)).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(reason),
    })
    expect(control('hold')).toBeNull()
  })

  it('a release that was vacuumed, or never published, is refused', async () => {
    put(released('r1', 1, { vacuumed: { at: '2026-01-07', run: 'vacuum-v1' } }))
    put(released('failed', 4, { previous: 'r3' }))
    await expect(start({ release: 'r1' })).rejects.toThrow(
      /r1 was vacuumed on 2026-01-07 \(vacuum-v1\): its files are gone. You can go back to r2./,
    )
    await expect(start({ release: 'failed' })).rejects.toThrow(/failed was never published: its night failed/)
  })

  it('is refused where there is nothing to go back to', async () => {
    aws = fakeAws()
    await expect(start({ release: 'r1' })).rejects.toThrow(
      'There is no release r1. There is none to go back to.',
    )
  })

  it.each(['nightly', 'vacuum', 'rollback'] as const)('is refused while %s is running', async (machine) => {
    running(machine)
    await expect(start({ release: 'r1' })).rejects.toMatchObject({
      name: 'AlreadyRunningError',
      message: expect.stringMatching(new RegExp(`^n9 of ${names[machine]}, since .*, is running`)),
    })
  })

  it('is fine while a backfill curates', async () => {
    running('backfill')
    running('backfillMonth')
    expect(await start({ release: 'r1' })).toMatchObject({ target: 'r1' })
  })

  it('keeps nights from starting beside it', async () => {
    running('rollback')
    const night = { execution: executionArn('nightly', 'n1'), name: 'n1', startedAt: STARTED, input: {} }
    await expect(startNight(night)).rejects.toMatchObject({
      name: 'AlreadyRunningError',
      message: expect.stringMatching(/A rollback is running \(n9 of ecomm-rollback-dev/),
    })
  })
})

describe('rolling back', () => {
  it('puts all views back, moves the pointer, holds publication and refreshes dashboards', async () => {
    const { release: now, ingestions, warnings } = await back('r1')
    expect(now).toBe('r1')
    expect(seen()).toEqual(['r1'])
    expect(aws.athena.statements).toHaveLength(publicViews.length)
    expect(control('current')).toEqual({ release: 'r1' })
    expect(control('hold')).toEqual({
      release: 'r1',
      since: expect.any(String),
      by: EXECUTION,
      reason: 'doubled revenue',
    })
    expect(control('rollbacks/rollback-x1')).toMatchObject({ from: 'r3', to: 'r1', execution: EXECUTION })
    expect(ingestions[0]?.ingestionId).toMatch(/^rollback-x1-/)
    expect(warnings).toEqual([])
  })

  it('twice is like once', async () => {
    const first = await back('r1')
    const held = control('hold')
    expect(await back('r1')).toEqual(first)
    expect(aws.athena.statements).toHaveLength(publicViews.length)
    expect(control('hold')).toEqual(held)
  })

  it('can go further back, and on again, while publication is held', async () => {
    await back('r2')
    await rollBack({ run: 'rollback-x2', execution: 'x2', target: 'r1', reason: null })
    expect(control('hold')).toMatchObject({ release: 'r1', by: 'x2', reason: null })
    await rollBack({ run: 'rollback-x3', execution: 'x3', target: 'r3', reason: null })
    expect(control('current')).toEqual({ release: 'r3' })
    expect(seen()).toEqual(['r3'])
  })

  it('shows no rows of a mart that the release had not, and says which mart is defined no more', async () => {
    const before = released('r1', 1)
    const { sales_per_day: _, ...marts } = before.marts
    put({ ...before, marts: { ...marts, gone: { '2019-10': { version: '2019-10@r1', basis: 'b' } } } })
    const { warnings } = await back('r1')
    expect(warnings).toEqual(['gone of r1 has no view, because it is defined no more.'])
    const last = aws.athena.statements.filter((sql) => sql.includes('"ecommerce"."sales_per_day"')).at(-1)
    expect(last).not.toContain('2019-10@')
  })

  it('that can’t replace a view puts all back; publication stays held', async () => {
    aws.athena.answer = (sql) =>
      sql.includes('"ecommerce"."sales_per_day"') && sql.includes('@r1') ? { fails: 'INTERNAL' } : []
    await expect(back('r1')).rejects.toMatchObject({
      name: 'PublicationError',
      message: expect.stringMatching(/INTERNAL. All views show the former release again/),
    })
    expect(seen()).toEqual(['r3'])
    expect(control('current')).toEqual({ release: 'r3' })
    expect(control('hold')).toMatchObject({ release: 'r1' })
  })

  it('that finds another release current gives way', async () => {
    aws.athena.answer = () => {
      publish(aws, released('r4', 4))
      return []
    }
    await expect(back('r1')).rejects.toThrow(
      /r1 could not be made the current release: another release has become current. All views show release r4 again/,
    )
    expect(seen()).toEqual(['r4'])
  })

  it('to a release that a vacuum has taken meanwhile changes nothing', async () => {
    put(released('r1', 1, { vacuumed: { at: '2026-01-07', run: 'vacuum-v1' } }))
    await expect(back('r1')).rejects.toThrow(/vacuumed on 2026-01-07/)
    expect(control('hold')).toBeNull()
    expect(aws.athena.statements).toEqual([])
  })

  it('whose pointer can’t be written says whether views were put back', async () => {
    const send = aws.s3.send.bind(aws.s3)
    aws.s3.send = async (command: unknown) => {
      const { Key, IfMatch } = (command as { input: { Key?: string; IfMatch?: string } }).input
      if (Key === 'control/current.json' && IfMatch) throw new Error('disk full')
      return send(command)
    }
    await expect(back('r1')).rejects.toThrow(
      /disk full. All views show release r3 again. Publication stays held/,
    )
  })

  it('that can’t even read the pointer leaves the views as they are', async () => {
    const send = aws.s3.send.bind(aws.s3)
    let isDown = false
    aws.s3.send = async (command: unknown) => {
      const { Key, IfMatch } = (command as { input: { Key?: string; IfMatch?: string } }).input
      isDown ||= Key === 'control/current.json' && IfMatch !== undefined
      if (isDown) throw new Error('S3 is away')
      return send(command)
    }
    await expect(back('r1')).rejects.toThrow(/Whether r1 is the current release is not known: S3 is away/)
    expect(seen()).toEqual(['r1'])
  })
})

describe('while publication is held', () => {
  let zone: ReturnType<typeof rawZone>
  beforeEach(() => {
    hold()
    zone = rawZone(aws)
    zone.put('2019-12')
  })
  const NOTE = /^Publication is held at release r1 since 2026-01-08.* \(no reason given; another\).*--resume/

  it('a night says so first, and curates', async () => {
    const { notes, slices } = await zone.plan({ months: ['2019-12'] })
    expect(notes[0]).toMatch(NOTE)
    expect(slices).toMatchObject([{ month: '2019-12' }])
  })

  it('it builds no marts and publishes nothing', async () => {
    expect(await planMarts({ run: 'r4', curated: [] })).toEqual({ levels: [], total: 0 })
    expect(await publishRelease({ run: 'r4' })).toEqual({ release: 'r3', ingestions: [], warnings: [] })
    expect(aws.athena.statements).toEqual([])
    expect(control('current')).toEqual({ release: 'r3' })
  })

  it('a night that was planned before, and is redriven, publishes nothing either', async () => {
    putRun(aws, 'candidate', { ...released('r4', 4), run: 'r1', base: 'r2' })
    expect(await publishRelease({ run: 'r1' })).toMatchObject({ release: 'r3' })
  })

  it('dashboards that a rollback could not refresh are refreshed all the same', async () => {
    aws.s3.putJson(LAKE_BUCKET, 'control/refreshed.json', { release: 'before' })
    await planMarts({ run: 'r4', curated: [] })
    expect((await publishRelease({ run: 'r4' })).ingestions.length).toBeGreaterThan(0)
  })

  it('the record and the message of the night say it', async () => {
    const { subject, message } = await recordRun({
      run: 'r4',
      execution: executionArn('nightly', 'r4'),
      startedAt: STARTED,
      release: { release: 'r3', ingestions: [], warnings: [] },
    })
    expect(subject).toMatch(/night held, 1 warnings/)
    expect(message).toContain('Nothing new was published; publication is held, as the first warning says.')
    expect(control('runs/r4/run')).toMatchObject({
      status: 'held',
      release: 'r3',
      warnings: [expect.stringMatching(NOTE)],
    })
  })

  it('resuming lets the next night publish, and is told', async () => {
    const state = await start({ resume: true })
    expect(state).toMatchObject({ resumes: true, target: null, held: HOLD })
    await releaseHold({ run: 'rollback-x1' })
    expect(control('hold')).toBeNull()
    const { subject, message } = await recordRollback(state)
    expect(subject).toBe('[dev] Lakehouse publishes again')
    expect(message).toContain('Publication was held at release r1 since 2026-01-08')
    expect(control('runs/rollback-x1/run')).toMatchObject({ status: 'resumed', release: 'r3' })
  })

  it('resuming is fine while a night runs', async () => {
    running('nightly')
    expect(await start({ resume: true })).toMatchObject({ resumes: true })
  })
})

it('the record of a rollback says what readers see, and what dashboards show', async () => {
  const state = await start({ release: 'r1', reason: 'doubled revenue' })
  const { subject, message } = await recordRollback({ ...state, release: await back('r1') })
  expect(subject).toBe('[dev] Lakehouse rolled back to r1')
  expect(message).toContain('show release r1 again, where they showed r3 (doubled revenue).')
  expect(control('runs/rollback-x1/run')).toMatchObject({ status: 'rolled-back', release: 'r1' })
  expect(control('refreshed')).toEqual({ release: 'r1' })
})
