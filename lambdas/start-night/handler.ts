import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import type { NightState } from '../shared/night-state.ts'
import { runOf } from '../shared/run-id.ts'
import { archivesToUnpack } from './archives-to-unpack.ts'
import { parseInput } from './parse-input.ts'
import { refuseSecondNight } from './refuse-second-night.ts'
import { refuseUsedName } from './refuse-used-name.ts'

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
    const { months, force, dryRun } = parseInput(input)
    const run = runOf(name)
    await refuseSecondNight(execution, startedAt)
    await refuseUsedName(run, startedAt)
    return { run, startedAt, months, force, dryRun, archives: await archivesToUnpack(months) }
  },
)
