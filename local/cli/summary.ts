import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type RunRecord } from '../../lambdas/shared/documents.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { number, render, type Table } from './format.ts'
import type { Lake } from './open-lake.ts'
import { QUESTIONS } from './questions.ts'
import { stepTimes } from './steps.ts'

type Say = (text: string) => void

function slicesTable({ slices, setAside }: RunRecord): Table {
  // Only the stream has lines that are another sending's or another slice's.
  const hasLeftOut = slices.some(({ leftOut }) => leftOut)
  return {
    columns: [
      'slice',
      'read',
      'curated',
      'duplicates',
      'quarantined',
      ...(hasLeftOut ? ['replayed', "neighbours'"] : []),
      'categories',
      'files',
      'note',
    ],
    rows: slices.map((slice) => [
      slice.slice,
      number(slice.read),
      number(slice.curated),
      number(slice.duplicates),
      number(slice.quarantined),
      ...(hasLeftOut
        ? [slice.leftOut?.replayed, slice.leftOut?.neighbours].map((lines) =>
            lines === undefined ? '' : number(lines),
          )
        : []),
      number(slice.categories),
      number(slice.files),
      setAside.includes(slice.slice) ? 'set aside' : '',
    ]),
  }
}

function reasonsTable({ slices }: RunRecord): Table {
  const rows = slices.flatMap(({ slice, reasons }) =>
    Object.entries(reasons).map(([reason, rows]) => [slice, reason, number(rows)]),
  )
  return { columns: ['slice', 'reason', 'rows'], rows }
}

async function answers(lake: Lake, say: Say): Promise<void> {
  for (const { title, sql } of QUESTIONS) {
    const table = await lake.platform.query(sql)
    say(`\n${title}`)
    say(table.rows.length > 0 ? render(table, 'table').trimEnd() : '(no rows)')
  }
}

const dryRunOutput = z.object({
  dryRun: z.literal(true),
  plan: z.object({
    changed: z.boolean(),
    slices: z.array(
      z.object({ slice: z.string(), version: z.string(), files: z.number(), bytes: z.number() }),
    ),
    adopted: z.array(z.string()),
    removed: z.array(z.string()),
    unchanged: z.array(z.string()),
    notes: z.array(z.string()),
  }),
})

function printPlan(
  { changed, slices, adopted, removed, unchanged, notes }: z.output<typeof dryRunOutput>['plan'],
  say: Say,
): void {
  say('\nA dry run: nothing was done. A night would')
  for (const { slice, version, files, bytes } of slices)
    say(`- process ${slice} as ${version}: ${number(files)} file(s), ${number(bytes)} bytes`)
  if (adopted.length > 0) say(`- take what earlier runs have made ready: ${adopted.join(', ')}`)
  if (removed.length > 0) say(`- take out of the release: ${removed.join(', ')}`)
  if (unchanged.length > 0) say(`- leave as they are: ${unchanged.join(', ')}`)
  if (changed) say('- build the marts whose inputs or definitions changed, and publish them')
  else say('- publish nothing')
  for (const note of notes) say(`- note: ${note}`)
}

/** A night can fail after it has published: while the dashboards are refreshed. */
function whatReadersSee(run: string, current: string | undefined): string {
  if (current === run)
    return `Release ${run} was published before the failure; what came after it is not done.`
  return current ? `Nothing was published: readers see release ${current}.` : 'Nothing was published.'
}

/** What a night did, where its time went, and what the data now say. */
export async function printSummary(
  lake: Lake,
  execution: ExecutionRecord,
  night: RunRecord | undefined,
  say: Say,
): Promise<void> {
  if (night && night.slices.length > 0) {
    say('\nRows')
    say(render(slicesTable(night), 'table').trimEnd())
    const reasons = reasonsTable(night)
    if (reasons.rows.length > 0) {
      say('\nQuarantined, by reason (a row can have several; see: npm run lake -- quarantine)')
      say(render(reasons, 'table').trimEnd())
    }
  }
  if (night?.adopted?.length)
    say(`\nCurated by earlier runs, and taken as they are: ${night.adopted.join(', ')}`)
  if (night && night.warnings.length > 0) {
    say('\nWarnings')
    for (const warning of night.warnings) say(`- ${warning}`)
  }
  say('\nTime per step')
  say(render(stepTimes(lake.executions.history(execution.machine, execution.name)), 'table').trimEnd())
  const current = (await lake.document(LAKE.current, currentPointer))?.release
  const dry = dryRunOutput.safeParse(execution.output)
  if (dry.success) printPlan(dry.data.plan, say)
  else if (execution.status !== 'SUCCEEDED') say(`\n${whatReadersSee(execution.name, current)}`)
  else if (night?.status === 'held')
    say(
      `\nPublication is held: readers see release ${current}. "npm run lake -- rollback --resume" ends that.`,
    )
  else if (night?.status === 'unchanged') {
    const isAside = night.setAside.length > 0
    if (isAside) say(`\nSet aside, for the reasons above: ${night.setAside.join(', ')}.`)
    if (current === undefined) say('\nNothing is published yet.')
    else say(`\n${isAside ? 'Readers keep' : 'Nothing has changed since'} release ${current}.`)
  } else if (night) {
    say(`\nRelease ${night.release}, ${number(night.martsBuilt)} marts built. What the data say:`)
    await answers(lake, say)
    say('\nAsk more: npm run lake -- sql "select * from ecommerce.sales_per_day"')
  }
}
