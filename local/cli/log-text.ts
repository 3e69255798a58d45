import { z } from 'zod'

/** From the least to the most severe. */
export const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'] as const
export type Level = (typeof LEVELS)[number]

const text = z.string().optional()

/** A line of a log, as far as it is shown. */
const logLine = z.looseObject({
  level: z.enum(LEVELS),
  timestamp: z.string(),
  service: z.string(),
  message: z.string(),
  slice: text,
  version: text,
  mart: text,
  month: text,
  error: z.looseObject({ name: text, message: text }).optional(),
})

/** A line of CloudWatch's embedded metric format. */
const metricLine = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
  service: z.string(),
})

export interface Shown {
  readonly level: Level
  /** Lines of metrics are shown to who asks for them. */
  readonly metrics: boolean
}

/** A line of a log as a person reads it; undefined where it is not to be shown. */
export function logText(line: string, shown: Shown): string | undefined {
  const parsed = jsonOf(line)
  const metric = metricLine.safeParse(parsed)
  if (metric.success) return shown.metrics ? metricText(metric.data) : undefined
  const found = logLine.safeParse(parsed)
  // A process that was killed while it wrote leaves a line that is none; it may be what somebody looks for.
  if (!found.success) return line
  const log = found.data
  if (shown.metrics || LEVELS.indexOf(log.level) < LEVELS.indexOf(shown.level)) return undefined
  const { timestamp, level, service, message, error } = log
  const about = log.version ?? log.slice ?? log.month ?? ''
  const said = error ? `${message}: ${error.name}: ${error.message}` : message
  return columns(
    timestamp,
    level.padEnd(5),
    service.padEnd(18),
    [log.mart, about].filter(Boolean).join(' '),
    said,
  )
}

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function metricText({ _aws, service, ...root }: z.output<typeof metricLine>): string {
  const { Dimensions = [], Metrics = [] } = _aws.CloudWatchMetrics[0] ?? {}
  const by = Dimensions.flat().filter((name) => !['service', 'environment'].includes(name))
  return columns(
    new Date(_aws.Timestamp).toISOString(),
    service.padEnd(18),
    by.map((name) => `${name}=${root[name]}`).join(' '),
    Metrics.map(({ Name, Unit }) => `${Name} ${valueText(root[Name])} ${Unit}`).join(', '),
  )
}

const valueText = (value: unknown): string =>
  [value]
    .flat()
    .map((one) => `${Math.round(Number(one) * 1000) / 1000}`)
    .join('+')

const columns = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ')
