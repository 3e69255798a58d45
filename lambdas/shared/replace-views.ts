import { publicViews } from '../../athena-views/index.ts'
import { viewStatement } from '../../athena-views/statements.ts'
import { execute } from './athena-query.ts'
import type { Release } from './documents.ts'
import { dropTable } from './drop-table.ts'
import { environment } from './environment.ts'
import { PublicationError, RetryableQueryError } from './errors.ts'
import { inParallel } from './in-parallel.ts'
import { listing } from './listing.ts'
import { type PublicView, publishedVersions } from './published-versions.ts'

type Versions = Pick<Release, 'slices' | 'marts'>

// Athena runs some twenty DDL statements at once in an account; others need some too.
const CONCURRENCY = 4

/** Points every view to the versions of a release. Where one fails, all stand as before, as far as that can be done. */
export async function replaceViews(next: Versions, former: Versions | undefined): Promise<void> {
  const touched: PublicView[] = []
  try {
    await inParallel(publicViews, CONCURRENCY, async (view) => {
      // Before the statement: one that fails may have replaced the view all the same.
      touched.push(view)
      await replaceView(view, publishedVersions(view, next) ?? [])
    })
  } catch (error) {
    const left = await restoreViews(touched, former)
    const told = `${(error as Error).message}. ${outcomeOf(left, former && 'the former release')}`
    // By its name the state machine makes another attempt, which replaces all views once more.
    if (error instanceof RetryableQueryError) throw new RetryableQueryError(told)
    throw new PublicationError(`${told} When the cause is mended, redrive the execution.`)
  }
}

/** Puts the former versions back under these views; the names of those for which that failed. */
export async function restoreViews(
  views: readonly PublicView[],
  former: Versions | undefined,
): Promise<string[]> {
  const left = await inParallel(views, CONCURRENCY, async (view) => {
    const versions = former && publishedVersions(view, former)
    try {
      await (versions ? replaceView(view, versions) : dropTable(environment().names.viewDatabase, view.name))
      return []
    } catch {
      return [view.name]
    }
  })
  return left.flat()
}

async function replaceView(view: PublicView, versions: readonly string[]): Promise<void> {
  const { dialect, names } = environment()
  await execute(viewStatement({ dialect, names, view, versions }))
}

/** What views show after they were put back to something, or were dropped where there was nothing. */
export const outcomeOf = (left: readonly string[], shown: string | undefined): string =>
  left.length > 0
    ? `These views could not be put back and show what was to be released: ${listing(left)}.`
    : shown
      ? `All views show ${shown} again.`
      : 'There was no release before: all views are gone again.'
