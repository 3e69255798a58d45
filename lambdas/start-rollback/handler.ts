import { defineHandler } from '../shared/define-handler.ts'
import { machineStart } from '../shared/machine-start.ts'
import { startRollback } from './start-rollback.ts'

export const event = machineStart

/** Begins a rollback, or its end: refuses a release that can't be shown again, and to work beside a night or a vacuum. */
export const handler = defineHandler('start-rollback', event, startRollback)
