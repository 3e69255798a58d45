import type { Command } from 'commander'
import { LAKE } from '../../catalog/layout.ts'
import { databrewProfile } from '../../lambdas/shared/databrew-profile.ts'
import { openRaw } from '../curate/open-raw.ts'
import { lines } from '../ingest/lines.ts'
import { type FormatOptions, tableCommand, wholeNumber } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import type { Lake } from './open-lake.ts'

/** Line numbers of some lines in a raw file; the quarantine keeps the text, because engines read files in parts. */
async function lineNumbers(file: string, wanted: ReadonlySet<string>): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  let number = 0
  for await (const line of lines(openRaw(file), LONGEST_LINE)) {
    number += 1
    if (wanted.has(line) && !found.has(line)) found.set(line, number)
    if (found.size === wanted.size) break
  }
  return found
}

const LONGEST_LINE = 16 << 20
const SHOWN_RAW = 120
const shorten = (raw: string): string => (raw.length > SHOWN_RAW ? `${raw.slice(0, SHOWN_RAW)}…` : raw)

async function quarantined(lake: Lake, limit: number) {
  const { platform } = lake
  const { rows } = await platform.query(
    `select source_file, raw, array_to_string(reasons, ' ') as reasons, version
     from ecommerce_lake.ecomm_user_activity_quarantine order by version desc, source_file, raw limit ${limit}`,
  )
  const byFile = Map.groupBy(rows, ([file]) => String(file))
  const numbers = new Map<string, Map<string, number>>()
  for (const [key, inFile] of byFile) {
    const path = platform.objects.pathOf(platform.names.rawBucket, key)
    const found = lineNumbers(path, new Set(inFile.map(([, raw]) => String(raw))))
    // The raw file may be gone by now; the rows are still here.
    numbers.set(key, await found.catch(() => new Map()))
  }
  return rows.map(([file, raw, reasons, version]) => [
    version,
    file,
    numbers.get(String(file))?.get(String(raw)) ?? null,
    reasons,
    raw,
  ])
}

async function newestProfile(lake: Lake) {
  const { objects } = await lake.platform.objects.list(lake.platform.names.lakeBucket, LAKE.profiles)
  const [newest] = objects
    .filter(({ key }) => key.endsWith('.json'))
    .sort((a, b) => b.lastModified.getTime() - a.lastModified.getTime())
  const profile = newest && (await lake.document(newest.key, databrewProfile))
  if (!profile) throw new UsageError('there is no profile yet: run "npm start" first')
  return profile
}

export function registerQualityCommands(program: Command): void {
  tableCommand(
    program
      .command('profile')
      .description('show the newest profile of the raw data, column by column')
      .addHelpText('after', '\nExample:\n  npm run lake -- profile'),
    async (lake) => {
      const profile = await newestProfile(lake)
      return {
        columns: ['column', 'distinct', 'missing', 'min', 'max', 'most common'],
        rows: profile.columns.map((column) => [
          column.name,
          column.distinctValuesCount ?? null,
          column.missingValuesCount ?? null,
          column.min ?? null,
          column.max ?? null,
          column.mostCommonValues?.[0]?.value ?? null,
        ]),
      }
    },
  )

  const quarantine = program
    .command('quarantine')
    .description('show rejected rows: file, line, reasons, and the line as it stands')
    .option('--limit <n>', 'at most so many rows', wholeNumber, 50)
    .addHelpText('after', '\nExample:\n  npm run lake -- quarantine --limit 10')
  tableCommand(quarantine, async (lake) => {
    const { limit, format } = quarantine.opts<FormatOptions & { readonly limit: number }>()
    const rows = await quarantined(lake, limit)
    return {
      columns: ['version', 'file', 'line', 'reasons', 'raw'],
      rows: format === 'table' ? rows.map((row) => row.with(-1, shorten(String(row.at(-1))))) : rows,
    }
  })
}
