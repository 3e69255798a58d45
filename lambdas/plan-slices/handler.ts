import { defineHandler } from '../shared/define-handler.ts'
import { nightState } from '../shared/night-state.ts'
import { planSlices } from './plan-slices.ts'

export const event = nightState

/** Decides what the night works on, and refuses files that no job could read. */
export const handler = defineHandler('plan-slices', event, (night, { measure }) => planSlices(night, measure))
