import { defineHandler } from '../shared/define-handler.ts'
import { executionEnd } from './execution-end.ts'
import { recordFailure } from './record-failure.ts'

/** Writes the audit record of an execution that ended badly, as far as it came, and tells the operators. */
export const handler = defineHandler('record-failure', executionEnd, ({ detail }, { logger }) =>
  recordFailure(detail, logger),
)
