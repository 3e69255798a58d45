import { z } from 'zod'
import { archivesToUnpack } from '../shared/archives-to-unpack.ts'
import { defineHandler } from '../shared/define-handler.ts'
import type { NightState } from '../shared/night-state.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'
import { runOf } from '../shared/run-id.ts'
import { monthsOfBackfills } from './months-of-backfills.ts'
import { parseInput } from './parse-input.ts'
import { refuseRollback } from './refuse-rollback.ts'
import { refuseSecondNight } from './refuse-second-night.ts'

export const event = z.object({
  execution: z.string(),
  name: z.string(),
  startedAt: z.string(),
  /** The execution's input as somebody typed it. */
  input: z.unknown(),
})

/** Begins a night: refuses input that it does not understand and a second night beside it, finds archives to unpack. */
export const handler = defineHandler(
  'start-night',
  event,
  async ({ execution, name, startedAt, input }): Promise<NightState> => {
    const asked = parseInput(input)
    const run = runOf(name)
    await refuseSecondNight(execution, startedAt)
    await refuseRollback(execution, startedAt)
    await refuseUsedName(run, startedAt)
    const leftOut = await monthsOfBackfills(asked.months, asked.backfill)
    const archives = await archivesToUnpack(asked.months, leftOut)
    return { run, execution, startedAt, ...asked, archives, leftOut, profiles: true }
  },
)
