import type { Command } from 'commander'
import { tableCommand } from './command-options.ts'
import { UsageError } from './exit-codes.ts'

export function registerSql(program: Command): void {
  tableCommand(
    program
      .command('sql')
      .description(
        'run a query on the published views (schema "ecommerce") or on the versioned tables ("ecommerce_lake")',
      )
      .argument('<query>', 'one SQL statement that reads')
      .addHelpText(
        'after',
        `
Examples:
  npm run lake -- sql "select * from ecommerce.sales_per_day order by event_date"
  npm run lake --silent -- sql "select * from ecommerce.product_sales" --format csv > product-sales.csv

Ids above 2^53 print exactly: as digits in a table and CSV, as text in JSON.`,
      ),
    async ({ platform }, query = '') => {
      try {
        return await platform.query(query)
      } catch (error) {
        throw new UsageError(error instanceof Error ? error.message : String(error))
      }
    },
  )
}
