import { REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import { environment } from './environment.ts'

/** A SPICE copy to refresh. */
export interface Ingestion {
  readonly dataSetId: string
  /** An idempotency key: asked for twice it is refreshed once. */
  readonly ingestionId: string
}

/** What has to be refreshed for dashboards to show what a run has put in front of readers. */
export function ingestionsOf(run: string): Ingestion[] {
  const { names, refreshesDashboards } = environment()
  return (refreshesDashboards ? REFRESHED_VIEWS : []).map((view) => ({
    dataSetId: names.dataSet(view),
    ingestionId: `${run}-${view}`,
  }))
}
