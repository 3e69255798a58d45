import type { ServiceTask } from '../service-task.ts'
import type { MachineContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

/** Finds what is to be curated, what stands ready, and what leaves the release. */
export const planSlices = (machine: MachineContext): ServiceTask =>
  lambdaTask(machine, 'PlanSlices', 'plan-slices', {
    comment: 'Compares fingerprints with the current release, checks headers, writes the manifests',
    resultPath: '$.plan',
  })
