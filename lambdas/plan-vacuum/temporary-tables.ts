import { paginateGetTables } from '@aws-sdk/client-glue'
import { glue } from '../shared/clients.ts'
import { environment } from '../shared/environment.ts'

/** A night ends after half of that. */
const OLD = 24 * 60 * 60 * 1000

/** Tables that attempts at marts have left: made by a CTAS that failed late, or whose night did not come to drop them. */
export async function temporaryTables(now: number): Promise<string[]> {
  const { lakeDatabase } = environment().names
  const left: string[] = []
  const request = { DatabaseName: lakeDatabase, Expression: 'tmp_.*' }
  for await (const { TableList = [] } of paginateGetTables({ client: glue() }, request))
    for (const { Name = '', CreateTime } of TableList)
      if (Name.startsWith('tmp_') && (CreateTime?.getTime() ?? now) < now - OLD) left.push(Name)
  return left
}
