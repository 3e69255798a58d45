import { paginateGetTables } from '@aws-sdk/client-glue'
import { storedDescription } from '../../../sql/athena/stored-view.ts'
import { glue } from '../clients.ts'
import { environment } from '../environment.ts'

/** `'csv-2019-10@r7'` */
const VERSION = /'([\w.-]+@[\w.-]+)'/g

/**
 * Versions that the text of a view names now, whatever the documents say: after a failure that nobody could undo, views can
 * show what no release has. Without their table, because such a text need not be ours.
 */
export async function versionsInViews(): Promise<Set<string>> {
  const { viewDatabase } = environment().names
  const versions = new Set<string>()
  for await (const { TableList = [] } of paginateGetTables(
    { client: glue() },
    { DatabaseName: viewDatabase },
  ))
    for (const { ViewOriginalText = '' } of TableList) {
      const text = storedDescription(ViewOriginalText) ?? ViewOriginalText
      for (const [, version = ''] of text.matchAll(VERSION)) versions.add(version)
    }
  return versions
}
