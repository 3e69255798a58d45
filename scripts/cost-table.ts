import { DEFAULT_DEPLOYMENT, namesOf } from '../catalog/names.ts'
import { type CostEstimate, estimateRunCost, PARTS } from '../cost/estimate.ts'
import { monthSoFar, monthUsage, type Volume } from '../cost/month.ts'
import { nightUsage } from '../cost/night.ts'
import { PRICES_OF } from '../cost/prices.ts'
import { ACCOUNT } from '../local/account.ts'
import { shapeOf } from '../local/cost/shape-of.ts'
import { sizingOf } from '../local/cost/sizing-of.ts'
import { loadDefinitions } from '../local/executor/load-definitions.ts'
import { markdownTable } from './markdown-table.ts'

const MARKS = ['<!-- cost -->', '<!-- /cost -->'] as const
const DAYS = 30
/** October 2019. */
const EVENTS = 42_448_764

const usd = (value: number): string => (value === 0 ? '' : value < 0.01 ? '< $0.01' : `$${value.toFixed(2)}`)

/** What the README asks: a night that takes in October, and a month like it, in three ways. */
async function estimates(): Promise<ReadonlyMap<string, CostEstimate>> {
  const deployment = { ...DEFAULT_DEPLOYMENT, environment: 'prod' }
  const { sizes } = await loadDefinitions(deployment, { account: ACCOUNT, region: deployment.region })
  const sizing = sizingOf(sizes, namesOf(deployment))
  const shape = shapeOf(sizes)
  const monthly: Volume = { eventsPerDay: EVENTS / DAYS, exports: 'monthly', stream: false }
  const month = (volume: Volume) => estimateRunCost(monthUsage(volume, sizing, shape))
  return new Map([
    ['the night that takes it in', estimateRunCost(nightUsage(monthSoFar(monthly, DAYS, shape), sizing))],
    ['the month, as one file', month(monthly)],
    ['a file a day', month({ ...monthly, exports: 'daily' })],
    ['and streamed', month({ ...monthly, exports: 'daily', stream: true })],
  ])
}

const ofPart = ({ items }: CostEstimate, part: string): number =>
  items.filter((item) => item.part === part).reduce((sum, item) => sum + item.usd, 0)

/** The README with its table of costs renewed: what `cost/` makes of October 2019 in `prod`. */
export async function readmeCost(readme: string): Promise<string> {
  const [open, close] = MARKS
  const from = readme.indexOf(open)
  const to = readme.indexOf(close)
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${open} and ${close}`)
  const columns = await estimates()
  const all = [...columns.values()]
  const rows = [...new Set(Object.values(PARTS))]
    .filter((part) => all.some((estimate) => ofPart(estimate, part) > 0))
    .map((part) => [part, ...all.map((estimate) => usd(ofPart(estimate, part)))])
  const table = markdownTable(
    ['', ...columns.keys()],
    [...rows, ['**together**', ...all.map((estimate) => `**${usd(estimate.usd)}**`)]],
    all.map((_, i) => i + 1),
  )
  return `${readme.slice(0, from)}${open}\nList prices of ${PRICES_OF.region} on ${PRICES_OF.checked}:\n\n${table}${readme.slice(to)}`
}
