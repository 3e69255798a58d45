import { defineHandler } from '../shared/define-handler.ts'
import { sliceEvent } from '../shared/slice-event.ts'
import { registerSlice } from './register-slice.ts'

export const event = sliceEvent

/** Adds a good slice's files to the lake's tables. Nobody sees them before a release names their version. */
export const handler = defineHandler('register-slice', event, ({ run, slice }) => registerSlice(run, slice))
