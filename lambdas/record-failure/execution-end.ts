import { z } from 'zod'

/**
 * EventBridge's "Step Functions Execution Status Change", as far as it is read: times are milliseconds since 1970, what an
 * execution does not have is null, and an input above 248 KiB is left out.
 */
export const executionEnd = z.object({
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    startDate: z.number(),
    stopDate: z.number(),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    redriveCount: z.number().int().default(0),
    redriveStatus: z.string().nullish(),
    redriveStatusReason: z.string().nullish(),
  }),
})
export type ExecutionEnd = z.output<typeof executionEnd>['detail']
