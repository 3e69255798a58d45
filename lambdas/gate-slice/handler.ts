import { defineHandler } from '../shared/define-handler.ts'
import { qualitySettingsOf } from '../shared/quality-settings.ts'
import { sliceEvent } from '../shared/slice-event.ts'
import { gateSlice } from './gate-slice.ts'

export const event = sliceEvent

/** Judges the quality of a curated slice: pass, warn, set it aside, or halt the night. */
export const handler = defineHandler('gate-slice', event, ({ run, slice }, { environment }) =>
  gateSlice(run, slice, qualitySettingsOf(environment.quality).slice),
)
