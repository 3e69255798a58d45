import { DeleteTableCommand, EntityNotFoundException } from '@aws-sdk/client-glue'
import { glue } from './clients.ts'

/** Takes a table or view out of the Data Catalog; its files stay. One that is not there is fine. */
export async function dropTable(database: string, table: string): Promise<void> {
  try {
    await glue().send(new DeleteTableCommand({ DatabaseName: database, Name: table }))
  } catch (error) {
    if (!(error instanceof EntityNotFoundException)) throw error
  }
}
