/** The Lambda handlers that `nightly` calls, each named after its folder in `lambdas/`. */
export const NIGHTLY_HANDLERS = [
  'start-night',
  'unpack-archive',
  'plan-slices',
  'gate-partition-key',
  'reconcile-slice',
  'gate-slice',
  'register-slice',
  'plan-marts',
  'prepare-mart',
  'register-mart',
  'test-mart',
  'publish-release',
  'record-run',
  'record-failure',
] as const

export type NightlyHandler = (typeof NIGHTLY_HANDLERS)[number]
