import { defineHandler } from '../shared/define-handler.ts'
import { sliceEvent } from '../shared/slice-event.ts'
import { reconcileSlice } from './reconcile-slice.ts'

export const event = sliceEvent

/** Proves that curation lost no row of a slice, and that its files are there. */
export const handler = defineHandler('reconcile-slice', event, ({ run, slice }) => reconcileSlice(run, slice))
