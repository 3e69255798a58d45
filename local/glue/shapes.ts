import { z } from 'zod'

/** The shapes of Glue's Data Catalog that the lake uses, as AWS's API has them. */

/** Glue stores names in lower case. */
export const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\0]+$/, 'a name has no "/", "\\" or NUL')
  .refine((text) => text !== '.' && text !== '..', 'a name is not "." or ".."')
  .transform((text) => text.toLowerCase())

const parameters = z.record(z.string(), z.string())

export const column = z.object({ Name: z.string(), Type: z.string(), Comment: z.string().optional() })
export type GlueColumn = z.output<typeof column>

export const storageDescriptor = z.object({
  Columns: z.array(column).optional(),
  Location: z.string().optional(),
  InputFormat: z.string().optional(),
  OutputFormat: z.string().optional(),
  Compressed: z.boolean().optional(),
  NumberOfBuckets: z.number().int().optional(),
  SerdeInfo: z
    .object({
      Name: z.string().optional(),
      SerializationLibrary: z.string().optional(),
      Parameters: parameters.optional(),
    })
    .optional(),
  Parameters: parameters.optional(),
})

export const databaseInput = z.object({
  Name: name,
  Description: z.string().optional(),
  LocationUri: z.string().optional(),
  Parameters: parameters.optional(),
})
export type DatabaseInput = z.output<typeof databaseInput>

export const tableInput = z.object({
  Name: name,
  Description: z.string().optional(),
  Owner: z.string().optional(),
  Retention: z.number().int().optional(),
  StorageDescriptor: storageDescriptor.optional(),
  PartitionKeys: z.array(column).optional(),
  ViewOriginalText: z.string().optional(),
  ViewExpandedText: z.string().optional(),
  TableType: z.string().optional(),
  Parameters: parameters.optional(),
})
export type TableInput = z.output<typeof tableInput>

export const partitionInput = z.object({
  Values: z.array(z.string().min(1)).min(1),
  StorageDescriptor: storageDescriptor.optional(),
  Parameters: parameters.optional(),
})
export type PartitionInput = z.output<typeof partitionInput>

const seconds = z.number()

/** What is stored: the input and its times, in seconds. */
export const storedTable = tableInput.extend({
  CreateTime: seconds,
  UpdateTime: seconds,
  VersionId: z.string(),
})
export type StoredTable = z.output<typeof storedTable>

export const storedPartition = partitionInput.extend({ CreationTime: seconds })
export type StoredPartition = z.output<typeof storedPartition>

export const storedDatabase = databaseInput.extend({ CreateTime: seconds })
export type StoredDatabase = z.output<typeof storedDatabase>
