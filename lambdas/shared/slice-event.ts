import { z } from 'zod'
import { plannedSlice } from './night-state.ts'

/** What the handlers inside the Map over slices are given. */
export const sliceEvent = z.object({ run: z.string(), slice: plannedSlice })
