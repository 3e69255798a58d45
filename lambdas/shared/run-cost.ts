import { MARTS } from '../../athena-views/index.ts'
import { levelsOf } from '../../athena-views/levels.ts'
import type { MachineKind } from '../../catalog/layout.ts'
import { estimateRunCost } from '../../cost/estimate.ts'
import { curationSeconds, nightUsage, type SliceWork } from '../../cost/night.ts'
import { dpusOf } from '../../cost/sizing.ts'
import type { UsageLine } from '../../cost/usage.ts'
import type { JobUsage, RunRecord, SliceFigures } from './documents.ts'
import { environment } from './environment.ts'
import { ingestionsOf } from './ingestions.ts'

/** US dollars as a decimal of four digits, or null where nobody can say. */
type Cost = string | null

const dollars = (usage: readonly UsageLine[], more = 0): string =>
  (estimateRunCost(usage).usd + more).toFixed(4)

const workOf = ({ read, curated, largestCategory, files }: SliceFigures): SliceWork => ({
  rows: read,
  files,
  ...(largestCategory && curated > 0 && { largestShare: largestCategory.rows / curated }),
})

/**
 * What curating a slice cost, which is its job: by the DPU-seconds that Glue has counted, as it does with auto scaling, else
 * by what the model makes of the rows.
 */
export function costOfSlice(figures: SliceFigures | undefined, job: JobUsage | undefined): Cost {
  const { sizing } = environment()
  if (!figures || !sizing) return null
  const { dpuSeconds } = job ?? {}
  return dollars([
    dpuSeconds
      ? { kind: 'glue-dpu-seconds', dpuSeconds }
      : { kind: 'glue-job', dpus: dpusOf(sizing), seconds: curationSeconds(workOf(figures), sizing) },
  ])
}

/**
 * What a run cost by the model in `cost/`, as far as it came: with its own rows and bytes, and with what its slices cost. A
 * month of a backfill costs its jobs; of the machines beside them the model knows nothing.
 */
export function costOfRun(
  kind: MachineKind,
  { run, status, slices, usage }: RunRecord,
  slicesCost: number,
): Cost {
  const { sizing } = environment()
  if (!sizing) return null
  if (kind === 'backfillMonth') return dollars([], slicesCost)
  if (kind !== 'nightly') return null
  const martMonths = usage?.built ?? []
  const night = nightUsage(
    {
      slices: slices.map(workOf),
      martMonths,
      levels: martMonths.length > 0 ? levelsOf(MARTS).length : 0,
      ingestions: status === 'published' ? ingestionsOf(run).length : 0,
    },
    sizing,
  )
  return dollars(
    night.filter((line) => line.kind !== 'glue-job'),
    slicesCost,
  )
}
