import { defineHandler } from '../shared/define-handler.ts'
import { machineStart } from '../shared/machine-start.ts'
import { startReplay } from './start-replay.ts'

export const event = machineStart

/** Begins a replay: refuses a range that it can't do and a second replay beside it, finds the hours that have events. */
export const handler = defineHandler('start-replay', event, startReplay)
