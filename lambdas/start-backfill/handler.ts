import { defineHandler } from '../shared/define-handler.ts'
import { machineStart } from '../shared/machine-start.ts'
import { startBackfill } from './start-backfill.ts'

export const event = machineStart

/** Begins a backfill: refuses a range that it can't do and a second backfill beside it, finds the months that have files. */
export const handler = defineHandler('start-backfill', event, startBackfill)
