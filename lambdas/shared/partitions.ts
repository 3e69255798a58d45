import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  CreatePartitionCommand,
  GetTableCommand,
  type PartitionInput,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue'
import { s3Uri } from '../../catalog/layout.ts'
import { chunks } from './chunks.ts'
import { glue } from './clients.ts'
import { environment } from './environment.ts'
import { RegistrationError } from './errors.ts'
import { inParallel } from './in-parallel.ts'
import { listing } from './listing.ts'

export interface PartitionAt {
  /** In the order of the table's partition keys. */
  readonly values: string[]
  /** Its folder in the lake bucket, as a key. */
  readonly location: string
}

// BatchCreatePartition takes at most 100.
const BATCH = 100

/** Adds partitions to a table of the lake. Those that are there already stay as they are: versions are immutable. */
export async function addPartitions(table: string, partitions: readonly PartitionAt[]): Promise<void> {
  const input = await partitionInputOf(table)
  await inParallel(chunks(partitions, BATCH), 4, async (batch) => {
    const { Errors = [] } = await glue().send(
      new BatchCreatePartitionCommand({ ...inLake(table), PartitionInputList: batch.map(input) }),
    )
    const failed = Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'AlreadyExistsException')
    if (failed.length > 0)
      throw new RegistrationError(
        `${failed.length} of ${batch.length} partitions could not be added to ${table}: ${listing(
          failed.map(
            ({ PartitionValues = [], ErrorDetail }) =>
              `${PartitionValues.join('/')} (${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage})`,
          ),
          10,
        )}. Redrive the execution when the cause is mended.`,
      )
  })
}

/** Makes a partition point to this location, whether it is new or was registered by an earlier attempt. */
export async function putPartition(table: string, partition: PartitionAt): Promise<void> {
  const input = (await partitionInputOf(table))(partition)
  try {
    await glue().send(new CreatePartitionCommand({ ...inLake(table), PartitionInput: input }))
  } catch (error) {
    if (!(error instanceof AlreadyExistsException)) throw error
    await glue().send(
      new UpdatePartitionCommand({
        ...inLake(table),
        PartitionValueList: partition.values,
        PartitionInput: input,
      }),
    )
  }
}

const inLake = (table: string) => ({ DatabaseName: environment().names.lakeDatabase, TableName: table })

/** A partition is stored as its table is, at a location of its own. */
async function partitionInputOf(table: string): Promise<(partition: PartitionAt) => PartitionInput> {
  const { lakeBucket, names } = environment()
  const { Table } = await glue().send(new GetTableCommand({ DatabaseName: names.lakeDatabase, Name: table }))
  return ({ values, location }) => ({
    Values: values,
    StorageDescriptor: { ...Table?.StorageDescriptor, Location: s3Uri(lakeBucket, location) },
  })
}
