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
    expect(await handler({ run: 'r1' })).toEqual({ release: 'r1', ingestions: [] })
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
    expect(await handler({ run: 'r1' })).toEqual({ release: null, ingestions: [] })
    expect(current()).toBeUndefined()
  })

  it('writes nothing where nothing changed', async () => {
    publish(aws, release(contents('r0')))
    propose(contents('r0'))
    const before = aws.s3.keys(LAKE_BUCKET)
    expect(await handler({ run: 'r1' })).toEqual({ release: 'r0', ingestions: [] })
    expect(aws.athena.statements).toEqual([])
    expect(aws.s3.keys(LAKE_BUCKET)).toEqual(before)
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
    await expect(handler({ run: 'r1' })).rejects.toThrow(/r5 is current now/)
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

it('other errors of S3 are thrown on', async () => {
  propose({ base: null })
  const send = aws.s3.send.bind(aws.s3)
  vi.spyOn(aws.s3, 'send').mockImplementation(async (command) => {
    if ((command as { input: { IfNoneMatch?: string } }).input.IfNoneMatch) throw new Error('AccessDenied')
    return send(command)
  })
  await expect(handler({ run: 'r1' })).rejects.toThrow('AccessDenied')
})
