import { describe, expect, it } from 'vitest'
import { executionEnd } from '../../../../lambdas/record-failure/execution-end.ts'
import { type EndedExecution, executionEvent } from '../../../../local/events/execution-event.ts'

const execution: EndedExecution = {
  name: 'r1',
  arn: 'arn:aws:states:us-east-1:000000000000:execution:ecomm-nightly-dev:r1',
  machine: 'ecomm-nightly-dev',
  status: 'FAILED',
  startedAt: '2026-01-02T02:00:00.123Z',
  stoppedAt: '2026-01-02T02:10:00.456Z',
  input: { months: ['2019-10'] },
  output: null,
  error: { name: 'QualityHaltError', cause: 'no row' },
}

describe('the event of an execution that ended', () => {
  it('has every field of the one that Step Functions sends', () => {
    expect(executionEvent(execution)).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '000000000000',
      time: '2026-01-02T02:10:00Z',
      region: 'us-east-1',
      resources: [execution.arn],
      detail: {
        executionArn: execution.arn,
        stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:ecomm-nightly-dev',
        name: 'r1',
        status: 'FAILED',
        startDate: Date.parse(execution.startedAt),
        stopDate: Date.parse(execution.stoppedAt ?? ''),
        input: '{"months":["2019-10"]}',
        inputDetails: { included: true },
        output: null,
        outputDetails: null,
        stateMachineVersionArn: null,
        stateMachineAliasArn: null,
        redriveCount: 0,
        redriveDate: null,
        redriveStatus: 'REDRIVABLE',
        redriveStatusReason: null,
        error: 'QualityHaltError',
        cause: 'no row',
      },
    })
  })

  it('is what record-failure reads', () => {
    expect(executionEnd.parse(executionEvent(execution)).detail).toMatchObject({ name: 'r1' })
    const bare = { ...execution, status: 'ABORTED', error: null, input: undefined }
    expect(executionEnd.parse(executionEvent(bare)).detail).toMatchObject({ input: 'null', error: null })
  })

  it('counts redrives', () => {
    const { detail } = executionEvent({
      ...execution,
      redriveCount: 2,
      redrivenAt: '2026-01-02T02:05:00.000Z',
    })
    expect(detail).toMatchObject({ redriveCount: 2, redriveDate: Date.parse('2026-01-02T02:05:00Z') })
  })

  it('says why it can not be redriven, where that is so', () => {
    const { detail } = executionEvent({
      ...execution,
      notRedrivable: 'Execution history event limit exceeded',
    })
    expect(detail).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    })
  })

  it('leaves out an input that is too large, as EventBridge takes 256 KiB', () => {
    const { detail } = executionEvent({ ...execution, input: { text: 'x'.repeat(255_000) } })
    expect(detail).toMatchObject({ input: null, inputDetails: { included: false } })
  })

  it('has the output of one that succeeded, which can not be redriven', () => {
    const { detail } = executionEvent({ ...execution, status: 'SUCCEEDED', error: null, output: { a: 1 } })
    expect(detail).toMatchObject({
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveStatus: 'NOT_REDRIVABLE',
      error: null,
    })
  })

  it('of one that still runs has no end', () => {
    const event = executionEvent({ ...execution, status: 'RUNNING', stoppedAt: null })
    expect(event).toMatchObject({ time: '2026-01-02T02:00:00Z', detail: { stopDate: null } })
  })
})
