import { describe, expect, it } from 'vitest'
import { historyUse } from '../../../../local/cost/history-use.ts'
import { sizingOf } from '../../../../local/cost/sizing-of.ts'
import type { EventDetails, HistoryEvent } from '../../../../local/executor/history-event.ts'
import { NO_SIZES } from '../../../../local/executor/sizes.ts'
import { names } from '../../lambdas/fakes/fake-aws.ts'

const history = (...events: readonly [type: string, details?: EventDetails][]): HistoryEvent[] =>
  events.map(([type, details], i) => ({
    id: i + 1,
    previousEventId: i,
    timestamp: i,
    type,
    ...(details && { details }),
  }))

const lambda = (name: string): [string, EventDetails] => [
  'TaskScheduled',
  { resourceType: 'lambda', resource: 'invoke', parameters: { FunctionName: name } },
]

describe('what a history shows of use', () => {
  it('is every step, and every retry as one more', () => {
    const { transitions, visits } = historyUse(
      history(
        ['ExecutionStarted'],
        ['TaskStateEntered', { name: 'A' }],
        ['TaskScheduled', { resourceType: 'glue', resource: 'startJobRun.sync' }],
        ['TaskFailed'],
        ['TaskScheduled', { resourceType: 'glue', resource: 'startJobRun.sync' }],
        ['TaskSucceeded'],
        ['TaskStateExited', { name: 'A' }],
        ['ChoiceStateEntered', { name: 'B' }],
        ['MapStateEntered', { name: 'C' }],
        ['ExecutionSucceeded'],
      ),
    )
    expect(transitions).toBe(4)
    expect([...visits]).toEqual([
      ['A', 1],
      ['B', 1],
      ['C', 1],
    ])
  })

  it('is every invocation of a function, by whichever name it is called', () => {
    const { invocations } = historyUse(
      history(
        lambda('ecomm-plan-marts-dev'),
        lambda('arn:aws:lambda:us-east-1:1:function:ecomm-plan-marts-dev'),
        ['LambdaFunctionScheduled', { resource: 'arn:aws:lambda:us-east-1:1:function:other' }],
        ['TaskScheduled', { resourceType: 'lambda', resource: 'invoke', parameters: 'odd' }],
        ['TaskScheduled', { resourceType: 'sns', resource: 'publish' }],
      ),
    )
    expect([...invocations]).toEqual([
      ['ecomm-plan-marts-dev', 2],
      ['other', 1],
    ])
  })

  it('is nothing where a version before this one kept another kind of history', () => {
    expect(historyUse([])).toEqual({ transitions: 0, invocations: new Map(), visits: new Map() })
  })
})

describe('the sizes of a deployment', () => {
  it('are those of its template', () => {
    const sizes = {
      ...NO_SIZES,
      jobs: { [names.curateJob]: { workerType: 'G.2X', workers: 4 } },
      profiles: { [names.profileJob]: 5 },
    }
    expect(sizingOf(sizes, names)).toEqual({ workerType: 'G.2X', workers: 4, profileNodes: 5 })
  })

  it('must be there, with workers that are known', () => {
    expect(() => sizingOf(NO_SIZES, names)).toThrow(
      /has no ecomm-curate-user-activity-dev with known workers/,
    )
    const odd = { [names.curateJob]: { workerType: 'Standard', workers: 4 } }
    expect(() => sizingOf({ ...NO_SIZES, jobs: odd, profiles: { [names.profileJob]: 5 } }, names)).toThrow(
      /infra\/curate-job.ts/,
    )
  })
})
