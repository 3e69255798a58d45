import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type RunRecord } from '../../lambdas/shared/documents.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { number, render, type Table } from './format.ts'
import type { Lake } from './open-lake.ts'
import { QUESTIONS } from './questions.ts'
import { stepTimes } from './steps.ts'

type Say = (text: string) => void

function slicesTable({ slices, setAside }: RunRecord): Table {
  return {
    columns: ['slice', 'read', 'curated', 'duplicates', 'quarantined', 'categories', 'files', 'note'],
    rows: slices.map((slice) => [
      slice.slice,
      number(slice.read),
      number(slice.curated),
      number(slice.duplicates),
      number(slice.quarantined),
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
  if (night && night.warnings.length > 0) {
    say('\nWarnings')
    for (const warning of night.warnings) say(`- ${warning}`)
  }
  say('\nTime per step')
  say(render(stepTimes(lake.executions.history(execution.machine, execution.name)), 'table').trimEnd())
  if (execution.status === 'SUCCEEDED' && night?.status === 'published') {
    say(`\nRelease ${night.release}, ${number(night.martsBuilt)} marts built. What the data say:`)
    await answers(lake, say)
    say('\nAsk more: npm run lake -- sql "select * from ecommerce.sales_per_day"')
  } else if (night?.status === 'unchanged') {
    const current = await lake.document(LAKE.current, currentPointer)
    say(`\nNothing has changed since release ${current?.release}.`)
  }
}
