import { type Command, Option } from 'commander'
import { publicViews } from '../../athena-views/index.ts'
import type { Release } from '../../lambdas/shared/documents.ts'
import { lineageOfFile, lineageOfView } from '../lineage/lineage.ts'
import { fileTable, viewTable } from '../lineage/lineage-table.ts'
import { type LineageSource, lineageSource } from '../lineage/source.ts'
import { type FormatOptions, formatOption, print } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import { jsonText, type Table } from './format.ts'
import { type Lake, openExistingLake } from './open-lake.ts'

interface LineageOptions extends FormatOptions {
  readonly file?: string
  readonly release?: string
}

/** What is printed: as a table, or whole. */
interface Told {
  readonly table: Table
  readonly whole: object
}

async function ofView(source: LineageSource, name: string, release: Release): Promise<Told> {
  const view = name.replace(/^ecommerce\./, '')
  if (!publicViews.some((known) => known.name === view))
    throw new UsageError(
      `no release has a view ${view}; there are: ${publicViews.map((known) => known.name).join(', ')}`,
    )
  const whole = await lineageOfView(source, view, release)
  return { table: viewTable(whole), whole }
}

/** The key that is meant: a file name will do where it is the only one, and an archive stands for what came out of it. */
async function keyOf(source: LineageSource, given: string): Promise<string> {
  const unpacked = await source.unpackedTo(given)
  if (unpacked !== undefined) return unpacked
  const keys = (await source.manifests()).flatMap(({ files }) => files.map(({ key }) => key))
  const found = [...new Set(keys)].filter((key) => key === given || key.endsWith(`/${given}`))
  if (found.length > 1) throw new UsageError(`several files end like that: ${found.join(', ')}`)
  const [key] = found
  if (key !== undefined) return key
  throw new UsageError(`no run has read ${given}: give a key of the raw bucket, or the end of one`)
}

async function ofFile(source: LineageSource, given: string, release: Release): Promise<Told> {
  const key = await keyOf(source, given)
  const whole = await lineageOfFile(source, key, release)
  if (whole.slices.length > 0) return { table: fileTable(whole), whole }
  const read = (await source.manifests()).filter(({ files }) => files.some((file) => file.key === key))
  throw new UsageError(
    `release ${release.release} has nothing of ${key}. It was read for ${read.map(({ version }) => version).join(', ')}: ` +
      'name a release that has one of them with --release ("npm run lake -- releases" lists them)',
  )
}

async function lineage(lake: Lake, view: string | undefined, options: LineageOptions): Promise<Told> {
  const { file } = options
  if ((view === undefined) === (file === undefined))
    throw new UsageError('name a view, or a raw file with --file')
  const source = await lineageSource(lake)
  const release = await source.release(options.release)
  if (!release)
    throw new UsageError(
      options.release
        ? `there is no release ${options.release}: "npm run lake -- releases" lists them`
        : 'nothing is published yet: run "npm start" first',
    )
  return view === undefined ? ofFile(source, String(file), release) : ofView(source, view, release)
}

export function registerLineage(program: Command): void {
  const command = program
    .command('lineage')
    .description(
      'show what a view is made of, down to the raw files, and which executions made it; or the other way round',
    )
    .argument('[view]', 'its name, for example sales_per_day')
    .addOption(new Option('--file <key>', 'what became of a raw file: its key, or the end of it'))
    .option('--release <release>', 'in a former release (default: the one that readers see)')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  npm run lake -- lineage sales_per_day
  npm run lake -- lineage user_activity --release r7
  npm run lake --silent -- lineage --file 2019-Oct.csv --format json`,
    )
    .action(async (view: string | undefined) => {
      const options = command.optsWithGlobals<LineageOptions>()
      await using lake = await openExistingLake(options)
      const { table, whole } = await lineage(lake, view, options)
      if (options.format === 'json') process.stdout.write(jsonText(whole))
      else print(table, options.format)
    })
}
