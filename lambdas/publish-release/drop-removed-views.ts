import { publicViews } from '../../athena-views/index.ts'
import type { Release } from '../shared/documents.ts'
import { dropTable } from '../shared/drop-table.ts'
import { environment } from '../shared/environment.ts'

/**
 * Drops the views of marts that the former release had and that are no more; what went wrong, in words. Only once the new
 * release is current: without its mart a view could not be put back.
 */
export async function dropRemovedViews(former: Release | undefined): Promise<string[]> {
  const { viewDatabase } = environment().names
  const isPublic = (name: string) => publicViews.some((view) => view.name === name)
  const removed = Object.keys(former?.marts ?? {}).filter((name) => !isPublic(name))
  const problems = await Promise.all(
    removed.map((name) =>
      dropTable(viewDatabase, name).then(
        () => [],
        (error: Error) => [
          `View ${viewDatabase}.${name} has no mart any more but could not be dropped (${error.message}): drop it yourself.`,
        ],
      ),
    ),
  )
  return problems.flat()
}
