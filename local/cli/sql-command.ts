import { type Command, Option } from 'commander'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer } from '../../lambdas/shared/documents.ts'
import { ask } from '../athena/ask.ts'
import { tableCommand } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import { ATHENA_ENGINES } from './open-lake.ts'

export function registerSql(program: Command): void {
  tableCommand(
    program
      .command('sql')
      .description(
        'run a query on the published views (schema "ecommerce") or on the versioned tables ("ecommerce_lake")',
      )
      .argument('<query>', 'one SQL statement that reads')
      .addOption(
        new Option(
          '--athena <engine>',
          "what runs it; trino reads Athena's SQL, and needs a JDK 24 or newer and Maven",
        )
          .choices(ATHENA_ENGINES)
          .default('duckdb'),
      )
      .addHelpText(
        'after',
        `
Examples:
  npm run lake -- sql "select * from ecommerce.sales_per_day order by event_date"
  npm run lake -- sql --athena trino "select day_of_week(event_date), sum(revenue) from ecommerce.sales_per_day group by 1"
  npm run lake --silent -- sql "select * from ecommerce.product_sales" --format csv > product-sales.csv

Ids above 2^53 print exactly: as digits in a table and CSV, as text in JSON.`,
      ),
    async (lake, query = '') => {
      const { platform } = lake
      try {
        const isEmbedded = platform.dialect === 'duckdb'
        return await (isEmbedded
          ? platform.query(query)
          : ask(platform.registry, query, platform.names.viewDatabase))
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const isPublished = (await lake.document(LAKE.current, currentPointer)) !== undefined
        throw new UsageError(
          isPublished ? reason : `${reason}\nNothing is published yet: "npm start" makes the views.`,
        )
      }
    },
  )
}
