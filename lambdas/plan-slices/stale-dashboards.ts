import type { Release } from '../shared/documents.ts'
import { environment } from '../shared/environment.ts'

/** A note where dashboards do not show the current release, because the night that published it could not refresh them. */
export const staleDashboards = (
  release: Release | undefined,
  refreshed: { readonly release: string } | undefined,
): string[] =>
  environment().refreshesDashboards && release && refreshed?.release !== release.release
    ? [`Dashboards did not show release ${release.release} yet; this night refreshes them.`]
    : []
