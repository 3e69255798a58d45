import { randomUUID } from 'node:crypto'

/** An execution that has ended, as far as its event tells of it. */
export interface EndedExecution {
  readonly name: string
  readonly arn: string
  readonly machine: string
  readonly status: string
  /** ISO times. */
  readonly startedAt: string
  readonly stoppedAt: string | null
  readonly input: unknown
  readonly output: unknown
  readonly error: { readonly name: string; readonly cause: string } | null
  readonly redriveCount?: number
  readonly redrivenAt?: string | null
  /** Why it can't be redriven, where that is so. */
  readonly notRedrivable?: string | undefined
}

/** What fits into an event beside the rest; EventBridge takes 256 KiB. */
const PAYLOAD_LIMIT = 248 * 1024

const time = (iso: string | null | undefined): number | null => (iso ? Date.parse(iso) : null)

/** Input or output as text, or that it was too large. */
const payload = (value: unknown, name: 'input' | 'output') => {
  const text = JSON.stringify(value ?? null)
  const included = Buffer.byteLength(JSON.stringify(text)) <= PAYLOAD_LIMIT
  return { [name]: included ? text : null, [`${name}Details`]: { included } }
}

/** The event that Step Functions sends to EventBridge when the status of an execution has changed. */
export function executionEvent(execution: EndedExecution) {
  const { arn, machine, name, status, startedAt, stoppedAt, error, redriveCount = 0 } = execution
  const [, , , region, account] = arn.split(':')
  const reason =
    status === 'SUCCEEDED' ? 'Execution is SUCCEEDED and cannot be redriven' : execution.notRedrivable
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    // To the second, as EventBridge writes it.
    time: `${(stoppedAt ?? startedAt).slice(0, 19)}Z`,
    region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${machine}`,
      name,
      status,
      startDate: time(startedAt),
      stopDate: time(stoppedAt),
      ...payload(execution.input, 'input'),
      ...(status === 'SUCCEEDED'
        ? payload(execution.output, 'output')
        : { output: null, outputDetails: null }),
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount,
      redriveDate: time(execution.redrivenAt),
      redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      redriveStatusReason: reason ?? null,
      error: error?.name ?? null,
      cause: error?.cause ?? null,
    },
  }
}
