import type { Names } from '../../catalog/names.ts'
import { isWorkerType, type Sizing } from '../../cost/sizing.ts'
import type { Sizes } from '../executor/sizes.ts'

/** With what the jobs of a deployment work, as its template says. */
export function sizingOf({ jobs, profiles }: Sizes, { curateJob, profileJob }: Names): Sizing {
  const job = jobs[curateJob]
  const profileNodes = profiles[profileJob]
  if (!job || profileNodes === undefined || !isWorkerType(job.workerType))
    throw new Error(
      `the synthesised template has no ${curateJob} with known workers, or no ${profileJob}: look at infra/curate-job.ts and infra/profile-job.ts`,
    )
  return { workerType: job.workerType, workers: job.workers, profileNodes }
}
