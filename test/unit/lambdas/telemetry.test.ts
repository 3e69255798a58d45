import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { METRICS, METRICS_NAMESPACE } from '../../../catalog/metrics.ts'
import { defineHandler } from '../../../lambdas/shared/define-handler.ts'
import { lineSink } from '../../../lambdas/shared/line-sink.ts'
import { logKeysOf } from '../../../lambdas/shared/log-keys.ts'
import { isEmf, metricsOf } from './fakes/emf.ts'
import { fakeAws } from './fakes/fake-aws.ts'

const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:r1'
const ROLLBACK = EXECUTION.replace('nightly', 'rollback')

const handler = defineHandler(
  'example',
  z.object({ run: z.string() }),
  async ({ run }, { logger, measure, measureBy }) => {
    measure({ RowsRead: 3, RejectRate: 0.5 })
    measureBy({ step: 'Curate' }, { StepDuration: 1200 })
    if (run === 'bad') throw new Error('it broke')
    await new Promise((resolve) => setTimeout(resolve, 5))
    logger.warn('odd', { rows: 2n ** 60n })
    return run
  },
)

/** The lines that a handler leaves in the sink that is bound to its call. */
async function linesOf(event: unknown): Promise<string[]> {
  const lines: string[] = []
  await lineSink.run(
    (line) => lines.push(line),
    () => handler(event).catch(() => undefined),
  )
  return lines
}
// biome-ignore lint/suspicious/noExplicitAny: lines are looked into freely.
const logsOf = (lines: readonly string[]): any[] =>
  lines.filter((line) => !isEmf(line)).map((line) => JSON.parse(line))

beforeEach(() => {
  fakeAws()
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO')
})

describe('the lines of a handler', () => {
  it('have the execution and the run, from its start to its end', async () => {
    const logs = logsOf(await linesOf({ run: 'r1', execution: EXECUTION }))
    expect(logs.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'INFO started',
      'WARN odd',
      'INFO succeeded',
    ])
    for (const line of logs)
      expect(line).toMatchObject({
        execution: EXECUTION,
        run: 'r1',
        service: 'example',
        timestamp: expect.any(String),
      })
  })

  it('have the error that ended it', async () => {
    const failed = logsOf(await linesOf({ run: 'bad' })).at(-1)
    expect(failed).toMatchObject({
      level: 'ERROR',
      message: 'failed',
      run: 'bad',
      error: { message: 'it broke' },
    })
  })

  it('keep integers above 2^53 exact', async () => {
    expect(logsOf(await linesOf({ run: 'r1' }))[1]).toMatchObject({ rows: '1152921504606846976' })
  })

  it('of handlers that run side by side stay apart', async () => {
    const [first, second] = await Promise.all([linesOf({ run: 'a' }), linesOf({ run: 'b' })])
    expect(new Set(logsOf(first).map(({ run }) => run))).toEqual(new Set(['a']))
    expect(new Set(logsOf(second).map(({ run }) => run))).toEqual(new Set(['b']))
  })
})

describe('the keys of a line', () => {
  it.each([
    [{ name: 'R 1' }, { run: 'r-1' }],
    [
      { execution: EXECUTION, name: 'r1' },
      { execution: EXECUTION, run: 'r1' },
    ],
    [{ execution: ROLLBACK }, { execution: ROLLBACK, run: 'rollback-r1' }],
    [
      { run: 'r1', slice: { slice: 'csv-2019-10', version: 'csv-2019-10@r1', month: '2019-10', files: 1 } },
      { run: 'r1', slice: 'csv-2019-10', version: 'csv-2019-10@r1', month: '2019-10' },
    ],
    [
      { run: 'r1', mart: 'sales_per_day', month: '2019-10', version: '2019-10@r1' },
      { run: 'r1', mart: 'sales_per_day', month: '2019-10', version: '2019-10@r1' },
    ],
    [{ slice: 'csv-2019-10' }, { slice: 'csv-2019-10' }],
    [{ detail: { executionArn: EXECUTION, name: 'r1' } }, { execution: EXECUTION, run: 'r1' }],
    [{ run: 7, slice: 7, mart: 'a' }, { mart: 'a' }],
    ['no object', {}],
  ])('of %j', (event, keys) => {
    expect(logKeysOf(event)).toEqual(keys)
  })
})

describe('metrics', () => {
  it('are lines of the embedded metric format, with bounded dimensions alone', async () => {
    const lines = (await linesOf({ run: 'r1', execution: EXECUTION, mart: 'm' })).filter(isEmf)
    const own = { service: 'example', environment: 'dev' }
    expect(lines.flatMap(metricsOf)).toEqual([
      { name: 'StepDuration', unit: 'Milliseconds', value: 1200, dimensions: { ...own, step: 'Curate' } },
      { name: 'RowsRead', unit: 'Count', value: 3, dimensions: own },
      { name: 'RejectRate', unit: 'Percent', value: 0.5, dimensions: own },
      { name: 'Duration', unit: 'Milliseconds', value: expect.any(Number), dimensions: own },
    ])
    for (const line of lines) {
      const { _aws, execution, run, mart } = JSON.parse(line)
      expect(_aws.CloudWatchMetrics[0].Namespace).toBe(METRICS_NAMESPACE)
      expect({ execution, run, mart }).toEqual({ execution: EXECUTION, run: 'r1', mart: 'm' })
    }
  })

  it('count a failure', async () => {
    const sent = (await linesOf({ run: 'bad' })).filter(isEmf).flatMap(metricsOf)
    expect(sent.find(({ name }) => name === 'Failures')).toMatchObject({ value: 1, unit: 'Count' })
  })

  it.each([
    ['{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}', 'seconds, and no metric'],
    [
      `{"_aws":{"Timestamp":1600000000000,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[["d"]],"Metrics":[{"Name":"m","Unit":"Count"}]}]},"m":1}`,
      'a dimension without value',
    ],
    [
      `{"_aws":{"Timestamp":1600000000000,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"m","Unit":"Rows"}]}]},"m":1}`,
      'a unit that there is not',
    ],
  ])('%s would be dropped: %s', (line) => {
    expect(() => metricsOf(line)).toThrow()
  })

  it('have units that CloudWatch knows', () => {
    expect(new Set(Object.values(METRICS))).toEqual(
      new Set(['Milliseconds', 'Seconds', 'Count', 'Percent', 'Bytes']),
    )
  })
})

describe('a process without a sink', () => {
  const lines: string[] = []
  beforeEach(() => {
    lines.splice(0)
    for (const method of ['info', 'error', 'log', 'warn'] as const)
      vi.spyOn(console, method).mockImplementation((line) => void lines.push(line))
  })
  afterEach(() => vi.restoreAllMocks())

  it('says nothing where it is no Lambda', async () => {
    expect(await handler({ run: 'r1' })).toBe('r1')
    expect(lines).toEqual([])
  })

  it('says all on the console, for who develops', async () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true')
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
    await handler({ run: 'r1' })
    expect(logsOf(lines).map(({ message }) => message)).toEqual(['started', 'odd', 'succeeded'])
    expect(
      lines
        .filter(isEmf)
        .flatMap(metricsOf)
        .map(({ name }) => name),
    ).toContain('RowsRead')
  })

  it('writes to stdout in Lambda', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'ecomm-example-dev')
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line).trim())
      return true
    })
    const warnings = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    await handler({ run: 'r1' })
    write.mockRestore()
    warnings.mockRestore()
    expect(logsOf(lines.filter((line) => line.startsWith('{'))).map(({ message }) => message)).toContain(
      'started',
    )
    expect(lines.filter((line) => line.includes('_aws'))).toHaveLength(2)
  })
})
