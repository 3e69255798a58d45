import { z } from 'zod'
import type { Registry } from '../registry.ts'
import type { Catalog } from './catalog.ts'
import { name } from './shapes.ts'

/** Column statistics are not kept here. Trino deletes those of before when it has written a table: there are none. */
export const registerStatisticsActions = (registry: Registry, catalog: Catalog): void => {
  const input = z.object({ DatabaseName: name, TableName: name, ColumnName: z.string() })
  for (const action of ['deleteColumnStatisticsForTable', 'deleteColumnStatisticsForPartition'])
    registry.register('glue', action, input, async ({ DatabaseName, TableName }) => {
      catalog.table(DatabaseName, TableName)
      return {}
    })
}
