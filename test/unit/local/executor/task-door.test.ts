import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTaskDoor, type OnSubmitted } from '../../../../local/executor/task-door.ts'
import { AwsError, Registry } from '../../../../local/registry.ts'

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:ecomm-plan-slices-dev'
const anything = z.looseObject({})

function door(registry = new Registry()) {
  const invoked: unknown[] = []
  const task = createTaskDoor(registry, {
    invoke: async (name, event) => {
      invoked.push([name, event])
      return { at: new Date(0), nothing: undefined, name }
    },
    settled: async () => {},
  })
  const run = (
    resource: string,
    input: unknown = {},
    signal = new AbortController().signal,
    onSubmitted?: OnSubmitted,
  ) => task.run(resource, input, signal, onSubmitted)
  return { run, invoked }
}

/** A job that is RUNNING for a few asks and then ends. */
function jobs(ends: string): { registry: Registry; stopped: unknown[] } {
  const registry = new Registry()
  const stopped: unknown[] = []
  let asked = 0
  registry.register('glue', 'startJobRun', anything, async () => ({ JobRunId: 'jr_1' }))
  registry.register('glue', 'getJobRun', anything, async (input) => {
    asked += 1
    const state = stopped.length > 0 ? 'STOPPED' : asked < 3 ? 'RUNNING' : ends
    return { JobRun: { ...input, JobRunState: state, ErrorMessage: 'why' } }
  })
  registry.register('glue', 'batchStopJobRun', anything, async (input) => stopped.push(input))
  return { registry, stopped }
}

describe("a task's Resource", () => {
  it('that is a function runs the function and gives JSON back, as on AWS', async () => {
    const { run, invoked } = door()
    expect(await run(LAMBDA, { a: 1 })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      name: 'ecomm-plan-slices-dev',
    })
    expect(invoked).toEqual([['ecomm-plan-slices-dev', { a: 1 }]])
  })

  it('that is an SDK action calls it', async () => {
    const registry = new Registry()
    registry.register('glue', 'getCrawler', anything, async ({ Name }) => ({ Crawler: { Name } }))
    expect(await door(registry).run('arn:aws:states:::aws-sdk:glue:getCrawler', { Name: 'c' })).toEqual({
      Crawler: { Name: 'c' },
    })
  })

  it('with .sync waits until the run has ended and gives the run', async () => {
    expect(
      await door(jobs('SUCCEEDED').registry).run('arn:aws:states:::glue:startJobRun.sync', { JobName: 'j' }),
    ).toEqual({ JobName: 'j', RunId: 'jr_1', JobRunState: 'SUCCEEDED', ErrorMessage: 'why' })
  })

  it('with .sync fails as States.TaskFailed with the run as its cause', async () => {
    const failing = door(jobs('FAILED').registry).run('arn:aws:states:::glue:startJobRun.sync', {
      JobName: 'j',
    })
    await expect(failing).rejects.toMatchObject({
      name: 'States.TaskFailed',
      message: expect.stringContaining('"ErrorMessage":"why"'),
    })
  })

  it('with .sync says what it has started', async () => {
    const submitted: unknown[] = []
    await door(jobs('SUCCEEDED').registry).run(
      'arn:aws:states:::glue:startJobRun.sync',
      { JobName: 'j' },
      undefined,
      (output) => submitted.push(output),
    )
    expect(submitted).toEqual([{ JobRunId: 'jr_1' }])
  })

  it('with .sync stops the run when the execution is aborted, and waits until it has stopped', async () => {
    const controller = new AbortController()
    const { registry, stopped } = jobs('RUNNING')
    const running = door(registry).run(
      'arn:aws:states:::glue:startJobRun.sync',
      { JobName: 'j' },
      controller.signal,
    )
    setTimeout(() => controller.abort(new Error('stop')), 20)
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(stopped).toEqual([{ JobName: 'j', JobRunIds: ['jr_1'] }])
  })

  it('that is a function is not waited for when the execution is aborted', async () => {
    const controller = new AbortController()
    const task = createTaskDoor(new Registry(), {
      invoke: () => new Promise(() => {}),
      settled: async () => {},
    })
    const running = task.run(LAMBDA, {}, controller.signal)
    controller.abort(new Error('stop'))
    await expect(running).rejects.toThrow('stop')
  })

  it("names a service's error as Step Functions does", async () => {
    const registry = new Registry()
    registry.register('glue', 'startCrawler', anything, async () => {
      throw new AwsError('CrawlerRunningException', 'it runs')
    })
    await expect(door(registry).run('arn:aws:states:::aws-sdk:glue:startCrawler')).rejects.toMatchObject({
      name: 'Glue.CrawlerRunningException',
      message: 'it runs',
    })
  })

  it('that nothing answers to is an error that names it', async () => {
    await expect(door().run('arn:aws:states:::aws-sdk:ec2:runInstances')).rejects.toThrow(/ec2:runInstances/)
    await expect(door().run('arn:aws:states:::ecs:runTask.sync')).rejects.toThrow(/no \.sync form/)
  })

  it('takes and gives at most 256 KiB, as on AWS', async () => {
    await expect(door().run(LAMBDA, { text: 'x'.repeat(300_000) })).rejects.toMatchObject({
      name: 'States.DataLimitExceeded',
    })
  })
})
