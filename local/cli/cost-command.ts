import { type Command, Option } from 'commander'
import { DEFAULT_DEPLOYMENT, type Deployment, namesOf } from '../../catalog/names.ts'
import {
  ASSUMPTIONS,
  type AssumptionName,
  monthAssumptions,
  RUN_ASSUMPTIONS,
} from '../../cost/assumptions.ts'
import { type CostEstimate, estimateRunCost } from '../../cost/estimate.ts'
import { monthUsage, type Volume } from '../../cost/month.ts'
import { PRICES_OF } from '../../cost/prices.ts'
import { ACCOUNT } from '../account.ts'
import { runUsage } from '../cost/run-usage.ts'
import { shapeOf } from '../cost/shape-of.ts'
import { sizingOf } from '../cost/sizing-of.ts'
import { loadDefinitions } from '../executor/load-definitions.ts'
import { type FormatOptions, formatOption, print, wholeNumber } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import type { Table } from './format.ts'
import { executionNamed, type MachineOptions, machineNamed, machineOption } from './machine-option.ts'
import { openExistingLake } from './open-lake.ts'

interface CostOptions extends FormatOptions, MachineOptions {
  readonly environment: string
  readonly month?: boolean
  readonly eventsPerDay?: number
  readonly exports: Volume['exports']
  readonly stream?: boolean
}

const TOTAL = 'together'

const tableOf = ({ items, usd }: CostEstimate, isForPeople: boolean): Table => ({
  columns: ['part', 'quantity', 'unit', 'usd', 'source'],
  rows: [
    ...items.map(({ part, quantity, unit, usd, source }) => [
      part,
      quantity,
      unit,
      isForPeople ? usd.toFixed(4) : usd,
      source,
    ]),
    ...(isForPeople ? [[TOTAL, null, null, usd.toFixed(4), null]] : []),
  ],
})

const notes = (names: readonly AssumptionName[], estimate: string): string =>
  [
    `${estimate} List prices of ${PRICES_OF.region}, looked up on ${PRICES_OF.checked} (cost/prices.ts),`,
    'without free tiers, discounts, taxes, and the users of QuickSight. It assumes (cost/assumptions.ts)',
    ...names.map((name) => {
      const { value, what, why } = ASSUMPTIONS[name]
      return `- ${value.toLocaleString('en-US')} ${what} (${why})`
    }),
    '',
  ].join('\n')

/** What the definitions of an environment have to work with. */
async function definitionsOf(environment: string) {
  const deployment: Deployment = { ...DEFAULT_DEPLOYMENT, environment }
  try {
    const { sizes } = await loadDefinitions(deployment, { account: ACCOUNT, region: deployment.region })
    return { sizes, sizing: sizingOf(sizes, namesOf(deployment)) }
  } catch (error) {
    if ((error as Error).name !== 'ConfigurationError') throw error
    const { CONFIGURATIONS } = await import('../../infra/config.ts')
    if (Object.hasOwn(CONFIGURATIONS, environment)) throw new UsageError((error as Error).message)
    const known = Object.keys(CONFIGURATIONS).join(', ')
    throw new UsageError(`there is no environment '${environment}': choose one of ${known}`)
  }
}

async function costOfMonth(options: CostOptions): Promise<CostEstimate> {
  if (options.eventsPerDay === undefined)
    throw new UsageError('a month needs a volume: --events-per-day 1400000, for example')
  const { sizes, sizing } = await definitionsOf(options.environment)
  const { eventsPerDay, exports, stream = false } = options
  return estimateRunCost(monthUsage({ eventsPerDay, exports, stream }, sizing, shapeOf(sizes)))
}

async function costOfRun(name: string | undefined, options: CostOptions) {
  await using lake = await openExistingLake(options)
  const execution = executionNamed(lake, machineNamed(lake, options), name)
  const { sizes, sizing } = await definitionsOf(options.environment)
  const functionThere = (named: string) =>
    named.replace(new RegExp(`-${lake.deployment.environment}$`), `-${options.environment}`)
  const usage = await runUsage({ lake, execution, sizes, sizing, functionThere })
  return { run: execution.name, estimate: estimateRunCost(usage) }
}

async function showCost(name: string | undefined, options: CostOptions): Promise<void> {
  const isForPeople = options.format === 'table'
  if (options.month) {
    if (name !== undefined) throw new UsageError('--month is of no run: leave out its name')
    print(tableOf(await costOfMonth(options), isForPeople), options.format)
    if (isForPeople)
      process.stdout.write(
        `\n${notes(monthAssumptions(options.stream ?? false), `An estimate of a month in ${options.environment}, not a bill.`)}`,
      )
    return
  }
  if (options.eventsPerDay !== undefined || options.stream)
    throw new UsageError('--events-per-day and --stream belong to --month')
  const { run, estimate } = await costOfRun(name, options)
  print(tableOf(estimate, isForPeople), options.format)
  if (isForPeople)
    process.stdout.write(
      `\n${notes(RUN_ASSUMPTIONS, `What ${run} would have cost on AWS with the sizes of ${options.environment}: an estimate, not a bill.`)}`,
    )
}

export function registerCost(program: Command): void {
  const cost = program
    .command('cost')
    .description('estimate what a run would cost on AWS, or a month at a given volume')
    .argument('[run]', 'its name (default: the newest)')
    .addOption(machineOption())
    .option('--environment <name>', 'whose sizes of jobs and functions: dev, test or prod', 'dev')
    .option('--month', 'of a month instead of a run; needs no lake')
    .option('--events-per-day <n>', 'what the shop sends, for --month', wholeNumber)
    .addOption(
      new Option(
        '--exports <when>',
        'whether a file comes each day, or one when the month is over, for --month',
      )
        .choices(['daily', 'monthly'] satisfies Volume['exports'][])
        .default('daily'),
    )
    .option('--stream', 'and streams, for --month')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  npm run lake -- cost
  npm run lake -- cost r1 --environment prod --format csv
  npm run lake -- cost --month --events-per-day 1400000 --environment prod --stream`,
    )
    .action((run: string | undefined) => showCost(run, cost.optsWithGlobals<CostOptions>()))
}
