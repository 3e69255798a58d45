import { z } from 'zod'
import { dataTestStatement, keyColumns, MOST_EXAMPLES } from '../../athena-views/data-test-query.ts'
import type { Mart } from '../../athena-views/mart.ts'
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
  /** Missing where no row breaks the test. */
  examples: z.string().optional(),
})

interface MartTests {
  readonly tests: number
  readonly warnings: string[]
  readonly bytesScanned: number
}

/** Records every test's verdict; throws where one that halts has found rows. */
export async function testMart({
  run,
  mart: name,
  month,
  version,
}: MartMonth & { run: string; version: string }): Promise<MartTests> {
  const { dialect, names } = environment()
  const mart = findMart(name)
  const statement = dataTestStatement({ dialect, names, mart, version })
  const { rows, bytesScanned } = await query(statement)
  const verdicts = z
    .array(result)
    .parse(rows)
    .map((found) => verdictOf(mart, found))
  const subject = `${name} ${month}`
  await putDocument(LAKE.run(run, `${name}-${month}.tests`), { subject, verdicts, bytesScanned })
  haltWhereAsked(subject, verdicts)
  return { tests: verdicts.length, warnings: messagesOf(verdicts, 'warn'), bytesScanned }
}

function verdictOf(
  mart: Mart,
  { test: name, severity, failures, examples }: z.output<typeof result>,
): Verdict {
  const test = mart.tests.find((declared) => declared.name === name)
  const isBroken = failures !== '0'
  const which =
    isBroken && examples ? ` (${keyColumns(mart, test).join(' ')} ${examples}${more(failures)})` : ''
  const how =
    test?.kind === 'not-empty'
      ? 'for want of any'
      : `for ${failures} ${failures === '1' ? 'row' : 'rows'}${which}`
  return {
    rule: name,
    action: isBroken ? severity : 'pass',
    value: failures,
    threshold: 0,
    message: isBroken ? `"${name}" fails ${how}. ${test?.remedy ?? ''}`.trimEnd() : `"${name}" holds.`,
  }
}

const more = (failures: string): string => {
  const left = BigInt(failures) - BigInt(MOST_EXAMPLES)
  return left > 0n ? ` and ${left} more` : ''
}
