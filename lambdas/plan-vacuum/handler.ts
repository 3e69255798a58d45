import { defineHandler } from '../shared/define-handler.ts'
import { machineStart } from '../shared/machine-start.ts'
import { planVacuum } from './plan-vacuum.ts'

export const event = machineStart

/** Begins a vacuum: refuses to work beside a rollback or another vacuum, and finds the versions that nobody needs. */
export const handler = defineHandler('plan-vacuum', event, (start) => planVacuum(start))
