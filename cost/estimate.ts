import { type Charge, charges } from './bill.ts'
import { PRICES } from './prices.ts'
import type { Source, UsageLine, Use } from './usage.ts'

/** The part of the bill on which a use stands. */
export const PARTS: Readonly<Record<Use['kind'], string>> = {
  transitions: 'Step Functions',
  lambda: 'Lambda',
  crawl: 'Glue crawler',
  profile: 'DataBrew profile',
  'glue-job': 'Glue jobs',
  'glue-dpu-seconds': 'Glue jobs',
  athena: 'Athena',
  's3-requests': 'S3 requests',
  's3-storage': 'S3 storage',
  kms: 'KMS',
  logs: 'CloudWatch Logs',
  metrics: 'CloudWatch metrics',
  alarms: 'CloudWatch alarms',
  mails: 'SNS mails',
  spice: 'QuickSight SPICE',
  kinesis: 'Kinesis',
  flink: 'Managed Flink',
  firehose: 'Firehose',
  dynamodb: 'DynamoDB',
}

/** One line of the bill. */
export interface CostItem {
  readonly part: string
  readonly quantity: number
  readonly unit: string
  readonly usd: number
  /** Measured only where all of it is. */
  readonly source: Source
}

export interface CostEstimate {
  /** In the order of `PARTS`, then of the units. */
  readonly items: readonly CostItem[]
  /** Of all items. */
  readonly usd: number
}

/**
 * What use costs by list prices: of a run, of a night, of a month. An audit row can have its sum:
 * `estimateRunCost([{ kind: 'glue-job', dpus: 10, seconds }, { kind: 'athena', bytes }, { kind: 'transitions', count }]).usd`
 */
export function estimateRunCost(usage: readonly UsageLine[]): CostEstimate {
  const lines = usage.flatMap((line) =>
    charges(line).map((charge) => ({ part: PARTS[line.kind], charge, source: line.source ?? 'estimated' })),
  )
  const groups = Map.groupBy(lines, ({ part, charge }) => `${part}/${charge.price}`)
  const order = [...new Set(Object.values(PARTS))]
  const items = [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      return first ? [itemOf(first.part, first.charge, group)] : []
    })
    .filter(({ quantity }) => quantity > 0)
    .sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part))
  return { items, usd: sum(items.map(({ usd }) => usd)) }
}

function itemOf(
  part: string,
  { price }: Charge,
  group: readonly { readonly charge: Charge; readonly source: Source }[],
): CostItem {
  const quantity = sum(group.map(({ charge }) => charge.quantity))
  const { unit, usd } = PRICES[price]
  const source = group.every((line) => line.source === 'measured') ? 'measured' : 'estimated'
  return { part, quantity, unit, usd: quantity * usd, source }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
