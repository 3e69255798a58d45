import type { Json } from './asl/json.ts'
import type { EventDetails } from './history-event.ts'
import type { TaskError } from './task-error.ts'

interface TaskEvent {
  readonly type: string
  readonly details?: EventDetails
}

interface Scheduled {
  readonly resource: string
  readonly region: string
  readonly input: Json
  readonly seconds: number | undefined
}

/** `glue` and `startJobRun.sync` of `arn:aws:states:::glue:startJobRun.sync`; `aws-sdk:glue` and `getCrawler` likewise. */
function integrationOf(resource: string): { resourceType: string; resource: string } {
  const [, service = '', action = ''] =
    /^arn:[^:]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]+):(.+)$/.exec(resource) ?? []
  return { resourceType: service, resource: action }
}

const failure = ({ name, message }: TaskError): EventDetails => ({
  error: name,
  ...(message !== '' && { cause: message }),
})

/** The events of a task: those of Lambda for a function's ARN, those of an integration for anything else. */
export function taskEvents({ resource, region, input, seconds }: Scheduled) {
  const isFunction = /^arn:[^:]*:lambda:/.test(resource)
  const timeout = seconds === undefined ? {} : { timeoutInSeconds: seconds }
  const integration = integrationOf(resource)
  return {
    scheduled: (): TaskEvent =>
      isFunction
        ? { type: 'LambdaFunctionScheduled', details: { resource, input, ...timeout } }
        : { type: 'TaskScheduled', details: { ...integration, region, parameters: input, ...timeout } },
    started: (): TaskEvent =>
      isFunction ? { type: 'LambdaFunctionStarted' } : { type: 'TaskStarted', details: integration },
    /** What a `.sync` integration has started. */
    submitted: (output: Json): TaskEvent => ({ type: 'TaskSubmitted', details: { ...integration, output } }),
    succeeded: (output: Json): TaskEvent =>
      isFunction
        ? { type: 'LambdaFunctionSucceeded', details: { output } }
        : { type: 'TaskSucceeded', details: { ...integration, output } },
    failed: (error: TaskError, isSubmitted: boolean): TaskEvent => {
      const isLate = error.name === 'States.Timeout'
      if (isFunction)
        return { type: `LambdaFunction${isLate ? 'TimedOut' : 'Failed'}`, details: failure(error) }
      const isRefused = integration.resource.includes('.sync') && !isSubmitted
      const type = isLate ? 'TaskTimedOut' : isRefused ? 'TaskSubmitFailed' : 'TaskFailed'
      return { type, details: { ...integration, ...failure(error) } }
    },
  }
}
