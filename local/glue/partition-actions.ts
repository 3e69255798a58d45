import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import { type Catalog, partitionStorage } from './catalog.ts'
import { pageOf } from './paging.ts'
import { partitionFilter } from './partition-expression.ts'
import { name, partitionInput, type StoredPartition } from './shapes.ts'

const ofTable = { DatabaseName: name, TableName: name }
const values = z.array(z.string()).min(1)

/** Partitions of the Data Catalog, with Glue's limits and its way to report single failures of a batch. */
export const registerPartitionActions = (registry: Registry, catalog: Catalog): void => {
  const missing = (PartitionValues: readonly string[]) => ({
    PartitionValues,
    ErrorDetail: { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Partition not found.' },
  })
  const output = (database: string, table: string, stored: StoredPartition) => {
    const { CreationTime, ...partition } = partitionStorage(stored, catalog.table(database, table))
    return {
      ...partition,
      DatabaseName: database,
      TableName: table,
      CreationTime: new Date(CreationTime * 1000),
    }
  }
  const find = (database: string, table: string, key: readonly string[]): StoredPartition => {
    const found = catalog.partition(database, table, key)
    if (!found)
      throw new AwsError(
        'EntityNotFoundException',
        `Partition ${key.join('/')} of ${database}.${table} not found.`,
      )
    return found
  }

  const batch = z.object({ ...ofTable, PartitionInputList: z.array(partitionInput).max(100) })
  registry.register('glue', 'batchCreatePartition', batch, async (input) => {
    const { DatabaseName, TableName, PartitionInputList } = input
    const isNew = ({ Values }: { Values: string[] }) => !catalog.partition(DatabaseName, TableName, Values)
    const Errors = PartitionInputList.filter((partition) => !isNew(partition)).map(({ Values }) => ({
      PartitionValues: Values,
      ErrorDetail: { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' },
    }))
    catalog.putPartitions(DatabaseName, TableName, PartitionInputList.filter(isNew))
    return { Errors }
  })

  const create = z.object({ ...ofTable, PartitionInput: partitionInput })
  registry.register(
    'glue',
    'createPartition',
    create,
    async ({ DatabaseName, TableName, PartitionInput }) => {
      if (catalog.partition(DatabaseName, TableName, PartitionInput.Values))
        throw new AwsError('AlreadyExistsException', 'Partition already exists.')
      catalog.putPartitions(DatabaseName, TableName, [PartitionInput])
      return {}
    },
  )

  const update = create.extend({ PartitionValueList: values })
  registry.register('glue', 'updatePartition', update, async (input) => {
    const { DatabaseName, TableName, PartitionValueList, PartitionInput } = input
    find(DatabaseName, TableName, PartitionValueList)
    if (JSON.stringify(PartitionValueList) !== JSON.stringify(PartitionInput.Values))
      catalog.removePartitions(DatabaseName, TableName, [PartitionValueList])
    catalog.putPartitions(DatabaseName, TableName, [PartitionInput])
    return {}
  })

  const one = z.object({ ...ofTable, PartitionValues: values })
  registry.register('glue', 'getPartition', one, async ({ DatabaseName, TableName, PartitionValues }) => ({
    Partition: output(DatabaseName, TableName, find(DatabaseName, TableName, PartitionValues)),
  }))
  const several = z.object({ ...ofTable, PartitionsToGet: z.array(z.object({ Values: values })).max(1000) })
  registry.register('glue', 'batchGetPartition', several, async (input) => {
    const { DatabaseName, TableName, PartitionsToGet } = input
    // Those that are not there are left out, as in Glue.
    const found = PartitionsToGet.map(({ Values }) => catalog.partition(DatabaseName, TableName, Values))
    const Partitions = found.flatMap((stored) => (stored ? [output(DatabaseName, TableName, stored)] : []))
    return { Partitions, UnprocessedKeys: [] }
  })
  registry.register('glue', 'deletePartition', one, async ({ DatabaseName, TableName, PartitionValues }) => {
    find(DatabaseName, TableName, PartitionValues)
    catalog.removePartitions(DatabaseName, TableName, [PartitionValues])
    return {}
  })

  const many = z.object({
    ...ofTable,
    Expression: z.string().optional(),
    /** Clients that read in parallel each ask for a part. */
    Segment: z
      .object({ SegmentNumber: z.number().int().min(0), TotalSegments: z.number().int().min(1).max(10) })
      .optional(),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(1000).optional(),
  })
  registry.register('glue', 'getPartitions', many, async (input) => {
    const { DatabaseName, TableName, Expression, Segment, NextToken, MaxResults } = input
    const { SegmentNumber, TotalSegments } = Segment ?? { SegmentNumber: 0, TotalSegments: 1 }
    const keys = (catalog.table(DatabaseName, TableName).PartitionKeys ?? []).map(({ Name }) => Name)
    const isWanted = partitionFilter(Expression, keys)
    const found = catalog
      .partitions(DatabaseName, TableName)
      .filter(({ Values }, index) => index % TotalSegments === SegmentNumber && isWanted(Values))
    const { items, ...next } = pageOf(found, NextToken, MaxResults ?? 1000)
    return { Partitions: items.map((partition) => output(DatabaseName, TableName, partition)), ...next }
  })

  const removal = z.object({
    ...ofTable,
    PartitionsToDelete: z.array(z.object({ Values: values })).max(25),
  })
  registry.register('glue', 'batchDeletePartition', removal, async (input) => {
    const { DatabaseName, TableName, PartitionsToDelete } = input
    const keys = PartitionsToDelete.map(({ Values }) => Values)
    const isThere = (key: readonly string[]) => catalog.partition(DatabaseName, TableName, key) !== undefined
    const Errors = keys.filter((key) => !isThere(key)).map(missing)
    catalog.removePartitions(DatabaseName, TableName, keys.filter(isThere))
    return { Errors }
  })
}
