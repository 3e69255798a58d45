import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { FlinkRest } from '../../../../local/flink/flink-rest.ts'

/** A server that answers paths with JSON, and everything else with 404. */
async function answering(answers: Readonly<Record<string, unknown>>): Promise<FlinkRest> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[decodeURIComponent(url)]
    response
      .writeHead(answer === undefined ? 404 : 200)
      .end(JSON.stringify(answer ?? { errors: ['no such'] }))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return new FlinkRest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const vertex = (id: string, name: string) => ({ id, name, parallelism: 2 })
const VERTICES = {
  state: 'RUNNING',
  vertices: [
    vertex('a', 'Source: events -> letters: Writer'),
    vertex('b', 'Window[1] -> found: Writer'),
    vertex('c', 'Window[2]'),
  ],
  plan: { nodes: [{ id: 'b', description: '[1]:Window(size=[10 s])' }] },
}
/** The paths of a metric of a vertex's sink. */
const ofSink = (id: string, metric: string, aggregate: 'min' | 'sum', value?: number | bigint) => {
  const path = `/jobs/j/vertices/${id}/subtasks/metrics`
  const name = `found__Writer.${metric}`
  if (value === undefined) return { [path]: [{ id: 'other' }] }
  return {
    [path]: [{ id: name }, { id: `Window[1].${metric}` }],
    [`${path}?get=${name}&agg=${aggregate}`]: [{ id: name, [aggregate]: Number(value) }],
  }
}

test('says that there is no job yet, and which it is then', async () => {
  expect(await (await answering({ '/jobs/overview': { jobs: [] } })).job()).toBeUndefined()
  const rest = await answering({ '/jobs/overview': { jobs: [{ jid: 'j', state: 'RUNNING', tasks: {} }] } })
  expect(await rest.job()).toEqual({ id: 'j', state: 'RUNNING' })
})

test('has vertices with what they do, also while the job is initialised and has no plan', async () => {
  const rest = await answering({ '/jobs/j': VERTICES, '/jobs/k': { ...VERTICES, plan: {} } })
  expect(await rest.vertices('j')).toContainEqual({
    id: 'b',
    name: 'Window[1] -> found: Writer',
    description: '[1]:Window(size=[10 s])',
  })
  expect((await rest.vertices('k')).map(({ description }) => description)).toEqual(['', '', ''])
})

test.each([
  ['the least of all sinks', 500, 300, 300],
  ['not that of dead letters, whose task may be idle', 300, 500, 500],
  ['none as long as one says nothing', 500, undefined, Number.NEGATIVE_INFINITY],
  ['none where one says the smallest LONG', 500, -(2n ** 63n), Number.NEGATIVE_INFINITY],
])('the watermark: %s', async (_, first, second, expected) => {
  const metric = 'currentInputWatermark'
  const rest = await answering({
    '/jobs/j': VERTICES,
    ...ofSink('a', metric, 'min', first),
    ...ofSink('b', metric, 'min', second),
  })
  expect(await rest.watermark('j')).toBe(expected)
})

test('a job without vertices has no time yet', async () => {
  const rest = await answering({ '/jobs/j': { ...VERTICES, vertices: [] } })
  expect(await rest.watermark('j')).toBe(Number.NEGATIVE_INFINITY)
})

test('counts what its sinks were given', async () => {
  const rest = await answering({
    '/jobs/j': VERTICES,
    ...ofSink('a', 'numRecordsIn', 'sum', 3),
    ...ofSink('b', 'numRecordsIn', 'sum', 4),
  })
  expect(await rest.givenToSinks('j')).toBe(7)
})

test('sums metrics that end alike over subtasks', async () => {
  const path = '/jobs/j/vertices/b/subtasks/metrics'
  const rest = await answering({
    [path]: [{ id: 'Window[1].late' }, { id: 'Window[2].late' }, { id: 'other' }],
    [`${path}?get=Window[1].late,Window[2].late&agg=sum`]: [
      { id: 'Window[1].late', sum: 3 },
      { id: 'Window[2].late' },
    ],
  })
  expect([...(await rest.metrics('j', 'b', '.late'))]).toEqual([
    ['Window[1].late', 3],
    ['Window[2].late', 0],
  ])
  expect(await rest.metrics('j', 'b', '.nothing')).toEqual(new Map())
})

test('tells of checkpoints', async () => {
  const counts = { restored: 1, completed: 7, failed: 0 }
  const completed = { id: 7, trigger_timestamp: 5, external_path: 'file:/c/chk-7' }
  const rest = await answering({
    '/jobs/j/checkpoints': { counts, latest: { completed } },
    '/jobs/k/checkpoints': { counts, latest: {} },
  })
  expect(await rest.checkpoints('j')).toEqual({ ...counts, latest: { triggered: 5, path: 'file:/c/chk-7' } })
  expect((await rest.checkpoints('k')).latest).toBeUndefined()
})

test('what it refuses is an error that names the question', async () => {
  await expect((await answering({})).vertices('x')).rejects.toThrow(
    /^Flink answers 404 to \/jobs\/x: .*no such/,
  )
})

test('tells what CPU the process has used', async () => {
  const path = '/jobmanager/metrics?get=Status.JVM.CPU.Time'
  const rest = await answering({ [path]: [{ id: 'Status.JVM.CPU.Time', value: '2500000000' }] })
  expect(await rest.cpuSeconds()).toBe(2.5)
  expect(await (await answering({ [path]: [] })).cpuSeconds()).toBe(0)
})
