import { EntityNotFoundException, GetTableCommand } from '@aws-sdk/client-glue'
import { CRAWLED_TABLE } from '../../catalog/layout.ts'
import { glue } from '../shared/clients.ts'
import { environment } from '../shared/environment.ts'

/** The columns that the crawler inferred, in their order; undefined where it made no table. */
export async function crawledColumns(): Promise<string[] | undefined> {
  try {
    const { Table } = await glue().send(
      new GetTableCommand({ DatabaseName: environment().rawDatabase, Name: CRAWLED_TABLE }),
    )
    return (Table?.StorageDescriptor?.Columns ?? []).map(({ Name = '' }) => Name)
  } catch (error) {
    if (error instanceof EntityNotFoundException) return undefined
    throw error
  }
}
