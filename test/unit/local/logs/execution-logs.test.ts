import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ExecutionLogs } from '../../../../local/logs/execution-logs.ts'
import { loggedJob } from '../../../../local/logs/job-log.ts'
import { logLinesOf } from '../../../../local/logs/log-lines.ts'
import { manifest, metrics } from '../../lambdas/fakes/documents.ts'
import { temporaryFolder } from '../temporary-platform.ts'

const ARN = 'arn:aws:states:us-east-1:000000000000:execution:ecomm-nightly-dev:r1'
const line = (message: string, execution: string = ARN) => JSON.stringify({ message, execution })

test('lines go to the log of the execution that they name', () => {
  const logs = new ExecutionLogs(temporaryFolder())
  logs.write(line('a'))
  logs.write(line('b', ARN.replace('r1', 'r2')))
  logs.write(line('c', ARN.replace('nightly', 'backfill')))
  logs.write(line('d'))
  expect(logs.read('ecomm-nightly-dev', 'r1').lines).toEqual([line('a'), line('d')])
  expect(logs.read('ecomm-nightly-dev', 'r2').lines).toHaveLength(1)
  expect(logs.read('ecomm-backfill-dev', 'r1').lines).toHaveLength(1)
  expect(logs.read('ecomm-nightly-dev', 'r3')).toEqual({ lines: [], end: 0 })
})

test('a line of no execution, or of one with a strange name, leaves the folder of logs for nowhere', () => {
  const root = temporaryFolder()
  const logs = new ExecutionLogs(root)
  logs.write('{"message":"cold start"}')
  logs.write(line('x', ARN.replace('r1', '../../../r1')))
  expect(logs.read('.', 'other').lines).toHaveLength(2)
})

test('a reader gets whole lines alone, each once', () => {
  const logs = new ExecutionLogs(temporaryFolder())
  logs.write(line('ä'))
  const first = logs.read('ecomm-nightly-dev', 'r1')
  appendFileSync(logs.file('ecomm-nightly-dev', 'r1'), '{"message":')
  const second = logs.read('ecomm-nightly-dev', 'r1', first.end)
  expect(second).toEqual({ lines: [], end: first.end })
  appendFileSync(logs.file('ecomm-nightly-dev', 'r1'), '"b"}\n')
  expect(logs.read('ecomm-nightly-dev', 'r1', second.end).lines).toEqual(['{"message":"b"}'])
})

test('a log that can not be written does not end the work', () => {
  const root = temporaryFolder()
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'logs'), 'a file in the way')
  expect(() => new ExecutionLogs(root).write(line('a'))).not.toThrow()
})

test('a job tells of its start and its end, with the keys that functions have', async () => {
  const lines: string[] = []
  const done = await loggedJob(
    manifest({ execution: ARN }),
    (text) => lines.push(text),
    async () => metrics(),
  )
  expect(done).toEqual(metrics())
  const keys = {
    service: 'curate',
    execution: ARN,
    run: 'r1',
    slice: 'csv-2019-10',
    version: 'csv-2019-10@r1',
  }
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { level: 'INFO', message: 'started', files: 1, bytes: 100, ...keys },
    { level: 'INFO', message: 'succeeded', read: 1000, curated: 1000, ...keys },
  ])
})

test('a job that fails says why', async () => {
  const lines: string[] = []
  const broken = loggedJob(
    manifest(),
    (text) => lines.push(text),
    async () => {
      throw new RangeError('the disk is full')
    },
  )
  await expect(broken).rejects.toThrow('the disk is full')
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    level: 'ERROR',
    error: { name: 'RangeError', message: 'the disk is full' },
  })
})

test('the lines of a job are found in all that its engine prints', () => {
  const own = '{"level": "INFO", "service": "curate"}'
  const printed = `26/11/22 INFO SparkContext\n${own}\n{"level"\n{"level": 1}\n{"other": 1}\n`
  expect(logLinesOf(printed)).toEqual([own])
})
