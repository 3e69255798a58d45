import { z } from 'zod'
import { dataTestStatement } from '../../athena-views/data-test-query.ts'
import { LAKE } from '../../catalog/layout.ts'
import { query } from '../shared/athena-query.ts'
import type { Verdict } from '../shared/documents.ts'
import { putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { findMart } from '../shared/find-mart.ts'
import type { MartMonth } from '../shared/mart-months.ts'
import { haltWhereAsked, messagesOf } from '../shared/verdicts.ts'

/** A count that is too large for a number is told as it is, and is above zero all the same. */
const result = z.object({
  test: z.string(),
  severity: z.enum(['warn', 'halt']),
  failures: z.string().regex(/^\d+$/),
})

/** Records every test's verdict; throws where one that halts has found rows. */
export async function testMart({
  run,
  mart: name,
  month,
  version,
}: MartMonth & { run: string; version: string }): Promise<{ tests: number; warnings: string[] }> {
  const { dialect, names } = environment()
  const statement = dataTestStatement({ dialect, names, mart: findMart(name), version })
  const verdicts = z
    .array(result)
    .parse(await query(statement))
    .map(verdictOf)
  const subject = `${name} ${month}`
  await putDocument(LAKE.run(run, `${name}-${month}.tests`), { subject, verdicts })
  haltWhereAsked(subject, verdicts)
  return { tests: verdicts.length, warnings: messagesOf(verdicts, 'warn') }
}

const verdictOf = ({ test, severity, failures }: z.output<typeof result>): Verdict => ({
  rule: test,
  action: failures === '0' ? 'pass' : severity,
  value: failures,
  threshold: 0,
  message:
    failures === '0'
      ? `"${test}" holds.`
      : `"${test}" fails for ${failures} rows. Query this version, and mend the mart or its input.`,
})
