import { z } from 'zod'

const columnInfo = z.object({
  Name: z.string(),
  Label: z.string(),
  Type: z.string(),
  Precision: z.number().int(),
  Scale: z.number().int(),
  Nullable: z.literal('UNKNOWN'),
  CaseSensitive: z.boolean(),
  CatalogName: z.string(),
  SchemaName: z.string(),
  TableName: z.string(),
})

/** A query execution as it lies on disk: `<root>/athena/executions/<id>.json`. */
export const queryRecord = z.object({
  id: z.string(),
  sql: z.string(),
  /** What stands for the statement's `?`, as SQL literals. */
  parameters: z.array(z.string()).optional(),
  /** The database of names that have none. */
  database: z.string().optional(),
  workgroup: z.string(),
  token: z.string().optional(),
  state: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
  reason: z.string().optional(),
  submitted: z.coerce.date(),
  completed: z.coerce.date().optional(),
  /** The file that the rows go to. */
  bucket: z.string(),
  key: z.string(),
  result: z.object({
    columns: z.array(columnInfo).readonly(),
    index: z.object({
      rows: z.number().int(),
      bytes: z.number().int(),
      offsets: z.array(z.number().int()).readonly(),
    }),
    bytes: z.number(),
  }),
  /** Where it says which files it wrote, of a CREATE TABLE AS: an s3 URI. */
  manifest: z.string().optional(),
  /** The process that runs it. */
  pid: z.number().int(),
})
export type QueryRecord = z.output<typeof queryRecord>

export const hasEnded = ({ state }: Pick<QueryRecord, 'state'>): boolean =>
  state !== 'QUEUED' && state !== 'RUNNING'
