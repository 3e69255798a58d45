import { z } from 'zod'

const count = z.number().int().nonnegative()

/** DataBrew writes values as text or as JSON numbers; a number of an id above 2^53 has lost its last digits. */
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** The statistics of one column. What a profile job leaves out for a type of column is missing here too. */
const profiledColumn = z.object({
  name: z.string(),
  /** DataBrew's type: `string`, `bigint`, `double`, `timestamp`, … */
  type: z.string(),
  /** How many different values there are. */
  distinctValuesCount: count,
  /** How many values occur exactly once. */
  uniqueValuesCount: count.optional(),
  /** Rows with null or an empty field. */
  missingValuesCount: count,
  /** The most frequent values, largest count first. */
  mostCommonValues: z.array(z.object({ value: value.nullish(), count })).optional(),
  min: value.nullish(),
  max: value.nullish(),
})
export type ProfiledColumn = z.infer<typeof profiledColumn>

/** The JSON file of a DataBrew profile job, as far as the platform reads it; `sampleSize` is the rows that were looked at. */
export const databrewProfile = z.object({
  sampleSize: count,
  duplicateRowsCount: count.optional(),
  columns: z.array(profiledColumn).min(1),
})
export type DatabrewProfile = z.infer<typeof databrewProfile>
