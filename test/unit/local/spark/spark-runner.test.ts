import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { statementsFile } from '../../../../glue-jobs/statements.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { sparkRunner } from '../../../../local/spark/spark-runner.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'
import { isRunning } from '../engines/is-running.ts'

const ARGUMENTS = {
  '--manifest': 's3://lake-x/control/runs/r1/csv-2019-10.manifest.json',
  '--curated': 's3://lake-x/curated/version=csv-2019-10@r1/',
  '--month': '2019-10',
}

/** A runner on a lake of its own, with a shell script as spark-submit. */
async function open(submit: string) {
  const root = temporaryFolder()
  const objects = new ObjectStore(root, ['raw-x', 'lake-x'])
  await objects.put('lake-x', 'control/runs/r1/csv-2019-10.manifest.json', '{"bucket":"raw-x"}')
  const work = join(root, 'work')
  const runner = sparkRunner({
    spark: { submit: fakeProgram(join(root, 'submit'), submit), python: '/python', javaHome: '/jdk' },
    objects,
    work,
    memoryLimit: '2GB',
    threads: 2,
    turn: (job) => job(),
  })
  const run = (signal = new AbortController().signal) => runner.run(ARGUMENTS, { signal })
  return { root, work, run }
}

test('gives the deployed script the arguments of the state machine, as they are', async () => {
  const { root, work, run } = await open('printf "%s\\n" "$@" > ../../given; cp statements.json ../../; pwd')
  await run()
  const given = readFileSync(join(root, 'given'), 'utf8').trim().split('\n')
  const script = given.findIndex((argument) => argument.endsWith('glue-jobs/curate.py'))
  expect(given.slice(script + 1)).toEqual([
    '--statements',
    expect.stringMatching(/^file:\/\/.*statements\.json$/),
    ...Object.entries(ARGUMENTS).flat(),
  ])
  for (const bucket of ['raw-x', 'lake-x'])
    expect(given).toContain(
      `spark.hadoop.fs.viewfs.mounttable.${bucket}.linkFallback=file://${root}/s3/${bucket}`,
    )
  expect(readFileSync(join(root, 'statements.json'), 'utf8')).toBe(statementsFile())
  expect(readdirSync(work)).toEqual(['spark-logs'])
})

test('a job that fails is told with its cause, and its log stays', async () => {
  const { work, run } = await open(
    'echo "Traceback (most recent call last):"; echo "ValueError: bad"; exit 1',
  )
  const failure = await run().catch((error: Error) => error)
  const [log = ''] = readdirSync(join(work, 'spark-logs'))
  expect(String(failure)).toBe(
    `Error: the Spark job failed: ValueError: bad. Its log: ${join(work, 'spark-logs', log)}`,
  )
  expect(readFileSync(join(work, 'spark-logs', log), 'utf8')).toContain('ValueError: bad')
  expect(readdirSync(work)).toEqual(['spark-logs'])
})

test('a job that is killed is told as such', async () => {
  const { run } = await open('kill -KILL $$')
  await expect(run()).rejects.toThrow('the Spark job failed: it was killed by SIGKILL')
})

test('aborting it ends all of its processes', async () => {
  const { root, run } = await open('sleep 60 & echo $! > ../../pid; wait')
  const controller = new AbortController()
  const running = run(controller.signal)
  await expect.poll(() => existsSync(join(root, 'pid'))).toBe(true)
  controller.abort(new Error('stopped'))
  await expect(running).rejects.toThrow('stopped')
  const pid = Number(readFileSync(join(root, 'pid'), 'utf8'))
  await expect.poll(() => isRunning(pid)).toBe(false)
})
