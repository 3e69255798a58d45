import { z } from 'zod'

/** One line of CloudWatch's embedded metric format, as its specification has it. */
const emfLine = z.looseObject({
  _aws: z.strictObject({
    // Milliseconds; seconds would lie in 1970.
    Timestamp: z.int().min(1_500_000_000_000),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: z.string().min(1).max(1024),
          Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
          Metrics: z
            .array(
              z.strictObject({
                Name: z.string().min(1).max(1024),
                Unit: z.enum(['Seconds', 'Milliseconds', 'Bytes', 'Percent', 'Count', 'None']),
                StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
              }),
            )
            .min(1)
            .max(100),
        }),
      )
      .min(1),
  }),
})

export interface SentMetric {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly dimensions: Readonly<Record<string, string>>
}

export const isEmf = (line: string): boolean => '_aws' in JSON.parse(line)

const text = z.string().min(1).max(1024)
const values = z.union([z.number(), z.array(z.number()).min(1).max(100)]).transform((value) => [value].flat())

/** What CloudWatch makes of a line: throws where the line breaks the specification, which CloudWatch would drop silently. */
export function metricsOf(line: string): SentMetric[] {
  const { _aws, ...root } = emfLine.parse(JSON.parse(line))
  return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((keys) => {
      const dimensions = Object.fromEntries(keys.map((key) => [key, text.parse(root[key])]))
      return Metrics.flatMap(({ Name: name, Unit: unit }) =>
        values.parse(root[name]).map((value) => ({ name, unit, value, dimensions })),
      )
    }),
  )
}
