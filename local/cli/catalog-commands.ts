import type { Command } from 'commander'
import { allViews } from '../../athena-views/index.ts'
import { glueType } from '../../catalog/column.ts'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, hold, release } from '../../lambdas/shared/documents.ts'
import { tableCommand } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import type { Lake } from './open-lake.ts'

async function releases(lake: Lake) {
  const current = await lake.document(LAKE.current, currentPointer)
  const held = await lake.document(LAKE.hold, hold)
  const documents = await Promise.all(
    (await lake.documents(LAKE.releases)).map((key) => lake.document(key, release)),
  )
  return documents
    .filter((document) => document !== undefined)
    .sort((a, b) => b.publishedAt.localeCompare(a.publishedAt))
    .map((document) => ({
      ...document,
      isCurrent: document.release === current?.release,
      note:
        document.release === held?.release
          ? `publication held since ${held.since}: ${held.reason ?? 'no reason given'}`
          : document.vacuumed
            ? `vacuumed ${document.vacuumed.at}`
            : '',
    }))
}

export function registerCatalogCommands(program: Command): void {
  tableCommand(
    program
      .command('tables')
      .description('list the views that analysts query, with what a row is')
      .addHelpText('after', '\nExample:\n  npm run lake -- tables'),
    async () => ({
      columns: ['view', 'grain'],
      rows: allViews.map(({ name, grain }) => [`ecommerce.${name}`, grain]),
    }),
  )

  tableCommand(
    program
      .command('describe')
      .description('list the columns of a view with their types and meaning')
      .argument('<view>', 'its name, for example sales_per_day')
      .addHelpText('after', '\nExample:\n  npm run lake -- describe cart_abandonment'),
    async (_, name = '') => {
      const view = allViews.find((candidate) => candidate.name === name.replace(/^ecommerce\./, ''))
      if (!view)
        throw new UsageError(`there is no view ${name}; there are: ${allViews.map((v) => v.name).join(', ')}`)
      return {
        columns: ['column', 'type', 'nullable', 'meaning'],
        rows: Object.entries(view.columns).map(([column, definition]) => [
          column,
          glueType(definition),
          definition.nullable ? 'yes' : 'no',
          definition.comment,
        ]),
      }
    },
  )

  tableCommand(
    program
      .command('releases')
      .description(
        'list the releases, newest first: which versions the views show, where publication is held, what was vacuumed',
      )
      .addHelpText('after', '\nExample:\n  npm run lake -- releases'),
    async (lake) => ({
      columns: ['release', 'current', 'published', 'previous', 'slices', 'rows', 'note'],
      rows: (await releases(lake)).map((document) => {
        const slices = Object.values(document.slices)
        return [
          document.release,
          document.isCurrent ? 'yes' : '',
          document.publishedAt,
          document.previous,
          slices.map(({ version }) => version).join(' '),
          slices.reduce((sum, { rows }) => sum + rows, 0),
          document.note,
        ]
      }),
    }),
  )
}
