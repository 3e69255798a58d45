import {
  BatchDeletePartitionCommand,
  EntityNotFoundException,
  paginateGetPartitions,
} from '@aws-sdk/client-glue'
import { chunks } from '../shared/chunks.ts'
import { glue } from '../shared/clients.ts'
import { environment } from '../shared/environment.ts'
import { RemovalError } from '../shared/errors.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listing } from '../shared/listing.ts'

/** BatchDeletePartition takes at most 25. */
const BATCH = 25

const inLake = (table: string) => ({ DatabaseName: environment().names.lakeDatabase, TableName: table })

/** The values of every partition of a version. */
export async function partitionsOf(table: string, version: string): Promise<string[][]> {
  const found: string[][] = []
  // A quote can't be in a version: runs have lower case letters, digits and hyphens.
  const request = { ...inLake(table), Expression: `version = '${version}'`, ExcludeColumnSchema: true }
  for await (const { Partitions = [] } of paginateGetPartitions({ client: glue() }, request))
    found.push(...Partitions.map(({ Values = [] }) => Values))
  return found
}

/** Takes partitions out of a table; how many there were. Those that are gone already, or with their table, are fine. */
export async function removePartitions(table: string, partitions: readonly string[][]): Promise<number> {
  const removed = await inParallel(chunks(partitions, BATCH), 4, async (batch) => {
    try {
      const { Errors = [] } = await glue().send(
        new BatchDeletePartitionCommand({
          ...inLake(table),
          PartitionsToDelete: batch.map((Values) => ({ Values })),
        }),
      )
      const failed = Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'EntityNotFoundException')
      if (failed.length > 0)
        throw new RemovalError(
          `${failed.length} partitions could not be taken out of ${table}: ${listing(
            failed.map(
              ({ PartitionValues = [], ErrorDetail }) =>
                `${PartitionValues.join('/')} (${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage})`,
            ),
            10,
          )}. Redrive this execution when the cause is mended.`,
        )
      return batch.length - Errors.length
    } catch (error) {
      if (error instanceof EntityNotFoundException) return 0
      throw error
    }
  })
  return removed.reduce((sum, count) => sum + count, 0)
}
