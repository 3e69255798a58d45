import { PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MARTS, publicViews } from '../../../athena-views/index.ts'
import { handler } from '../../../lambdas/publish-release/handler.ts'
import { type Candidate, release as releaseSchema } from '../../../lambdas/shared/documents.ts'
import { planMartMonths } from '../../../lambdas/shared/mart-months.ts'
import { REFRESHED_VIEWS } from '../../../quicksight/data-sets.ts'
import { publish, putRun, release } from './fakes/documents.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const slices = (run: string) => ({
  'csv-2019-10': {
    ...release().slices['csv-2019-10'],
    version: `csv-2019-10@${run}`,
  } as Candidate['slices'][string],
})
const contents = (run: string) => ({
  slices: slices(run),
  marts: planMartMonths(MARTS, slices(run), {}, run).marts,
})

const propose = (values: Partial<Candidate> = {}) =>
  putRun(aws, 'candidate', { run: 'r1', base: 'r0', ...contents('r1'), ...values })

const current = () => aws.s3.json(LAKE_BUCKET, 'control/current.json')?.release
/** The last statement of each view: what analysts see. */
const seen = () =>
  new Map(aws.athena.statements.map((sql) => [/VIEW "ecommerce"."(\w+)"/.exec(sql)?.[1], sql]))
const runSeen = () => new Set([...seen().values()].map((sql) => /2019-10@(r\d)/.exec(sql)?.[1]))

describe('publishing', () => {
  it('points every view to the new versions, then says so in the release and the pointer', async () => {
    publish(aws, release(contents('r0')))
    propose()
    const { release: published, ingestions } = await handler({ run: 'r1' })
    expect(published).toBe('r1')
    expect(ingestions).toContainEqual({
      dataSetId: 'ecomm-sales-per-day-dev',
      ingestionId: 'r1-sales_per_day',
    })
    expect(ingestions).toHaveLength(REFRESHED_VIEWS.length)
    expect(seen().size).toBe(publicViews.length)
    expect(runSeen()).toEqual(new Set(['r1']))
    expect(current()).toBe('r1')
    const document = releaseSchema.parse(aws.s3.json(LAKE_BUCKET, 'control/releases/r1.json'))
    expect(document).toMatchObject({ previous: 'r0', ...contents('r1') })
  })

  it('works for the first release', async () => {
    propose({ base: null })
    expect(await handler({ run: 'r1' })).toMatchObject({ release: 'r1' })
    expect(aws.s3.json(LAKE_BUCKET, 'control/releases/r1.json')).toMatchObject({ previous: null })
  })

  it('refreshes nothing where the deployment has no dashboards', async () => {
    vi.stubEnv('REFRESH_DASHBOARDS', 'false')
    propose({ base: null })
    expect(await handler({ run: 'r1' })).toEqual({ release: 'r1', ingestions: [], warnings: [] })
  })

  it('twice is like once', async () => {
    propose({ base: null })
    const first = await handler({ run: 'r1' })
    const statements = aws.athena.statements.length
    expect(await handler({ run: 'r1' })).toEqual(first)
    expect(aws.athena.statements).toHaveLength(statements)
  })

  it('publishes no empty release where the very first slices were set aside', async () => {
    propose({ base: null, slices: {}, marts: planMartMonths(MARTS, {}, {}, 'r1').marts })
    expect(await handler({ run: 'r1' })).toEqual({ release: null, ingestions: [], warnings: [] })
    expect(current()).toBeUndefined()
  })

  it('writes nothing where nothing changed', async () => {
    publish(aws, release(contents('r0')))
    propose(contents('r0'))
    const before = aws.s3.keys(LAKE_BUCKET)
    expect(await handler({ run: 'r1' })).toEqual({ release: 'r0', ingestions: [], warnings: [] })
    expect(aws.athena.statements).toEqual([])
    expect(aws.s3.keys(LAKE_BUCKET)).toEqual(before)
  })
})

describe('dashboards that a former night could not refresh', () => {
  it('are refreshed under ids of this night, though nothing new is published', async () => {
    publish(aws, release(contents('r0')))
    aws.s3.putJson(LAKE_BUCKET, 'control/refreshed.json', { release: 'before' })
    propose(contents('r0'))
    const { release: published, ingestions } = await handler({ run: 'r1' })
    expect(published).toBe('r0')
    expect(ingestions.map(({ ingestionId }) => ingestionId)).toEqual(
      REFRESHED_VIEWS.map((view) => `r1-${view}`),
    )
    expect(aws.athena.statements).toEqual([])
  })
})

describe('where a view can’t be replaced', () => {
  const failing = (view: string, run: string) => (sql: string) =>
    sql.includes(`"ecommerce"."${view}"`) && sql.includes(`@${run}`) ? { fails: 'INTERNAL' } : []

  it('all views show the former release again, and the pointer stays', async () => {
    publish(aws, release(contents('r0')))
    propose()
    aws.athena.answer = failing('unique_visitors_per_day', 'r1')
    await expect(handler({ run: 'r1' })).rejects.toMatchObject({
      name: 'PublicationError',
      message: expect.stringMatching(/INTERNAL. All views show the former release again/),
    })
    expect(runSeen()).toEqual(new Set(['r0']))
    expect(current()).toBe('r0')
  })

  it('for a cause that may pass, it is said by the name that the state machine retries', async () => {
    publish(aws, release(contents('r0')))
    propose()
    const busy = { fails: 'Rate exceeded' }
    aws.athena.answer = (sql) => (sql.includes('@r1') ? busy : [])
    await expect(handler({ run: 'r1' })).rejects.toMatchObject({
      name: 'RetryableQueryError',
      message: expect.stringMatching(/Rate exceeded. All views show the former release again/),
    })
    expect(runSeen()).toEqual(new Set(['r0']))
  })

  it('before there was a release, they are gone again', async () => {
    propose({ base: null })
    for (const { name } of publicViews) aws.glue.addTable(names.viewDatabase, name)
    aws.athena.answer = failing('user_activity', 'r1')
    await expect(handler({ run: 'r1' })).rejects.toThrow(/no release before: all views are gone again/)
    expect(aws.glue.tables.has('ecommerce.user_activity')).toBe(false)
    expect(current()).toBeUndefined()
  })

  it('and can’t be put back either, it is named', async () => {
    publish(aws, release(contents('r0')))
    propose()
    aws.athena.answer = (sql) => (sql.includes('"ecommerce"."user_activity"') ? { fails: 'INTERNAL' } : [])
    await expect(handler({ run: 'r1' })).rejects.toThrow(/could not be put back .*: user_activity\./)
  })
})

describe('where another night published meanwhile', () => {
  it('before this one began to, it does nothing', async () => {
    publish(aws, release({ ...contents('r0'), release: 'r5' }))
    propose()
    await expect(handler({ run: 'r1' })).rejects.toThrow(/Run r1 was built on r0, but r5 is current now/)
    expect(aws.athena.statements).toEqual([])
    publish(aws, release())
    propose({ base: null })
    await expect(handler({ run: 'r1' })).rejects.toThrow(/built on an empty lake, but r0/)
    aws.s3.objects.delete(`${LAKE_BUCKET}/control/current.json`)
    propose()
    await expect(handler({ run: 'r1' })).rejects.toThrow(/built on r0, but no release is current/)
  })

  it('while it replaced views, it puts theirs back and keeps their pointer', async () => {
    publish(aws, release(contents('r0')))
    propose()
    aws.athena.answer = (sql) => {
      if (sql.includes('@r1')) publish(aws, release({ ...contents('r5'), release: 'r5' }))
      return []
    }
    await expect(handler({ run: 'r1' })).rejects.toThrow(/r5 is current now. All views show release r5 again/)
    expect(current()).toBe('r5')
    expect(runSeen()).toEqual(new Set(['r5']))
  })

  it('and the other one is an earlier attempt of itself, all is well', async () => {
    publish(aws, release(contents('r0')))
    propose()
    aws.athena.answer = (sql) => {
      if (sql.includes('@r1')) publish(aws, release({ ...contents('r1'), release: 'r1' }))
      return []
    }
    await expect(handler({ run: 'r1' })).resolves.toMatchObject({ release: 'r1' })
  })

  it('and the pointer is gone altogether, nothing is published', async () => {
    publish(aws, release(contents('r0')))
    propose()
    aws.athena.answer = () => {
      aws.s3.objects.delete(`${LAKE_BUCKET}/control/current.json`)
      return []
    }
    await expect(handler({ run: 'r1' })).rejects.toThrow(/no release is current/)
  })
})

describe('where S3 fails once the views are replaced', () => {
  const POINTER = 'control/current.json'
  const lost = new Error('socket hang up')

  /** Answers with an error from this put on, which S3 may have done all the same. */
  function failAt(key: string, { isDone = false, isUp = true } = {}) {
    const send = aws.s3.send.bind(aws.s3)
    let isDown = false
    vi.spyOn(aws.s3, 'send').mockImplementation(async (command) => {
      const isPut = command instanceof PutObjectCommand && command.input.Key === key
      if (isPut && isDone) await send(command)
      isDown ||= isPut && !isUp
      if (isPut || isDown) throw lost
      return send(command)
    })
  }
  beforeEach(() => {
    publish(aws, release(contents('r0')))
    propose()
  })

  it.each(['control/releases/r1.json', POINTER])(
    'at %s, views show the former release again',
    async (key) => {
      failAt(key)
      const error = await handler({ run: 'r1' }).catch((e) => e)
      expect(error).toMatchObject({ name: 'PublicationError', cause: lost })
      expect(error.message).toMatch(
        /r1 could not be made .*: socket hang up. All views show release r0 again. Redrive the execution/,
      )
      expect(runSeen()).toEqual(new Set(['r0']))
      expect(current()).toBe('r0')
    },
  )

  it('but the pointer was moved, it is published', async () => {
    failAt(POINTER, { isDone: true })
    await expect(handler({ run: 'r1' })).resolves.toMatchObject({ release: 'r1' })
    expect(runSeen()).toEqual(new Set(['r1']))
  })

  it('and nobody knows whether the pointer was moved, views stay and it is said', async () => {
    failAt(POINTER, { isDone: true, isUp: false })
    await expect(handler({ run: 'r1' })).rejects.toMatchObject({
      name: 'PublicationError',
      message: expect.stringMatching(/is not known: socket hang up; .* All views show this run/),
    })
    expect(runSeen()).toEqual(new Set(['r1']))
  })

  it('of the very first release, there are no views again', async () => {
    aws.s3.objects.delete(`${LAKE_BUCKET}/${POINTER}`)
    propose({ base: null })
    for (const { name } of publicViews) aws.glue.addTable(names.viewDatabase, name)
    failAt(POINTER)
    await expect(handler({ run: 'r1' })).rejects.toThrow(/no release before: all views are gone again/)
    expect(aws.glue.tables.size).toBe(0)
  })
})

describe('a mart that was removed', () => {
  const tables = () => [...aws.glue.tables.keys()]
  beforeEach(() => {
    const { slices, marts } = contents('r0')
    publish(aws, release({ slices, marts: { ...marts, gone: { '2019-10': { version: 'v', basis: 'b' } } } }))
    for (const name of ['gone', 'sales_per_day', 'made_by_hand']) aws.glue.addTable(names.viewDatabase, name)
  })

  it('loses its view, and no other does', async () => {
    propose(contents('r0'))
    expect(await handler({ run: 'r1' })).toMatchObject({ release: 'r1', warnings: [] })
    expect(tables()).toEqual(['ecommerce.sales_per_day', 'ecommerce.made_by_hand'])
  })

  it('loses it at the next attempt, where the first one came no further than the pointer', async () => {
    propose()
    await handler({ run: 'r1' })
    aws.glue.addTable(names.viewDatabase, 'gone')
    await handler({ run: 'r1' })
    expect(tables()).not.toContain('ecommerce.gone')
  })

  it('keeps it where the release is not published', async () => {
    propose()
    aws.athena.answer = (sql) => (sql.includes('@r1') ? { fails: 'INTERNAL' } : [])
    await expect(handler({ run: 'r1' })).rejects.toThrow('INTERNAL')
    expect(tables()).toContain('ecommerce.gone')
  })

  it('whose view can’t be dropped is told, and the release is published', async () => {
    propose()
    aws.glue.failNext = new Error('AccessDenied')
    expect(await handler({ run: 'r1' })).toMatchObject({
      release: 'r1',
      warnings: [expect.stringMatching(/View ecommerce.gone .* \(AccessDenied\): drop it yourself/)],
    })
  })
})
