import type { Names } from '../catalog/names.ts'

/** The state machines of a deployment, by name: whoever is called at night hears how their executions end. */
export const machinesOf = (names: Names): readonly string[] => [...batchMachinesOf(names), names.replay]

/** Those of the batch side. */
export const batchMachinesOf = (names: Names): readonly string[] => [
  names.nightly,
  names.backfill,
  names.backfillMonth,
  names.rollback,
  names.vacuum,
]
