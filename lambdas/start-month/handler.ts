import { z } from 'zod'
import { archivesToUnpack } from '../shared/archives-to-unpack.ts'
import { defineHandler } from '../shared/define-handler.ts'
import { month } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { machineStart, startedBy } from '../shared/machine-start.ts'
import type { NightState } from '../shared/night-state.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'

export const event = machineStart

/** What a backfill starts an execution of a month with. */
const monthInput = z.strictObject({ month, force: z.boolean(), backfill: z.string().min(1), ...startedBy })

/** Begins one month of a backfill: the same state as a night's, for one month, and nothing is profiled or published. */
export const handler = defineHandler(
  'start-month',
  event,
  async ({ run, execution, startedAt, input }): Promise<NightState> => {
    const parsed = monthInput.safeParse(input)
    if (!parsed.success)
      throw new InvalidInputError(
        `Executions of this machine are started by a backfill, with a month:\n${z.prettifyError(parsed.error)}\n` +
          'Start a backfill with { "from": "2019-10", "to": "2019-10" }.',
      )
    const { month, force, backfill } = parsed.data
    await refuseUsedName(run, startedAt)
    const months = [month]
    const archives = await archivesToUnpack(months)
    const always = { dryRun: false, acceptDeletions: [], leftOut: [], profiles: false }
    return { run, execution, startedAt, months, force, backfill, archives, ...always }
  },
)
