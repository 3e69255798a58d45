import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type FlinkOptions, startFlink } from '../../../../local/flink/start-flink.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'

/** A `java` that says how it was called, and does what the script says. */
function fake(script: string) {
  const folder = temporaryFolder()
  const java = fakeProgram(join(folder, 'java'), `echo "$@"; ${script}`)
  const jar = join(folder, 'built.jar')
  writeFileSync(jar, 'classes')
  return { folder, flink: { java, jar, classPath: '/m2/flink.jar' }, run: join(folder, 'run') }
}

async function start(script: string, options: Partial<FlinkOptions> = {}) {
  const { flink, run } = fake(script)
  const properties = { events: { 'stream.arn': 'arn' } }
  const flinkRun = await startFlink({ flink, properties, folder: run, parallelism: 2, ...options })
  onTestFinished(() => flinkRun.stop())
  await expect.poll(() => flinkRun.log()).toContain('application_properties.json')
  const groups = JSON.parse(readFileSync(join(run, 'application_properties.json'), 'utf8')) as {
    PropertyGroupId: string
    PropertyMap: Record<string, string>
  }[]
  const group = (name: string) => groups.find(({ PropertyGroupId }) => PropertyGroupId === name)?.PropertyMap
  return { flinkRun, run, group }
}
const FOR_EVER = 'while :; do sleep 0.05; done'

test('hands the application its properties, and listens on this machine only', async () => {
  const { flinkRun, run, group } = await start(FOR_EVER)
  expect(group('events')).toEqual({ 'stream.arn': 'arn' })
  const flink = group('flink') ?? {}
  const addresses = Object.entries(flink).filter(([name]) => /(host|address)$/.test(name))
  expect(addresses).toHaveLength(4)
  for (const [, address] of addresses) expect(address).toBe('127.0.0.1')
  expect(flink['parallelism.default']).toBe('2')
  expect(Object.keys(flink).filter((name) => name.startsWith('execution'))).toEqual([])
  const called = flinkRun.log()
  expect(called).toContain(`-Djava.io.tmpdir=${join(run, 'tmp')}`)
  expect(called).toContain('-Daws.cborEnabled=false')
  expect(called).toContain('-XX:TieredStopAtLevel=1')
  // Of its own: a build in the meantime changes nothing.
  expect(called).toContain(`-cp ${join(run, 'application.jar')}:/m2/flink.jar ecomm.streaming.`)
})

test('keeps checkpoints, goes on from one, and compiles for a long run', async () => {
  const { flinkRun, group } = await start(FOR_EVER, {
    compileWell: true,
    checkpoints: { folder: '/kept', everyMs: 2000 },
    restoreFrom: 'file:/kept/j/chk-3',
    configuration: { 'rest.port': '1' },
  })
  expect(group('flink')).toMatchObject({
    'execution.checkpointing.interval': '2000 ms',
    'execution.checkpointing.dir': 'file:///kept',
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    'execution.state-recovery.path': 'file:/kept/j/chk-3',
    'rest.port': '1',
  })
  expect(flinkRun.log()).not.toContain('TieredStopAtLevel')
})

test('killed, it leaves nothing but what lies outside its folder', async () => {
  const { flinkRun, run } = await start(FOR_EVER)
  await flinkRun.kill()
  expect(await flinkRun.ended).toMatchObject({ signal: 'SIGKILL' })
  expect(existsSync(run)).toBe(false)
  expect(flinkRun.log()).toBe('')
})

test('one that fails at once says why', async () => {
  const { flinkRun } = await start('echo "The property is missing." >&2; exit 1')
  expect(await flinkRun.ended).toMatchObject({ code: 1 })
  expect(flinkRun.log()).toContain('The property is missing.')
})
