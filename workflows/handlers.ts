/** The Lambda handlers, each named after its folder in `lambdas/`: first those that `nightly` calls. */
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
  'fail-until-redriven',
] as const

export type NightlyHandler = (typeof NIGHTLY_HANDLERS)[number]

/** What EventBridge calls when an execution has ended badly. */
export const END_HANDLERS = ['record-failure'] as const

/** What the machines beside `nightly` call: backfill and its months, rollback, vacuum. */
export const MAINTENANCE_HANDLERS = [
  'start-backfill',
  'check-night',
  'start-month',
  'finish-month',
  'record-backfill',
  'start-rollback',
  'roll-back',
  'release-hold',
  'record-rollback',
  'plan-vacuum',
  'mark-releases',
  'remove-versions',
  'record-vacuum',
] as const

/** Those of the batch side. */
export const HANDLERS = [...NIGHTLY_HANDLERS, ...MAINTENANCE_HANDLERS, ...END_HANDLERS] as const

export type BatchHandler = (typeof HANDLERS)[number]

/** What `replay` calls; it belongs to the real-time side. */
export const REPLAY_HANDLERS = ['start-replay', 'send-events', 'record-replay'] as const

export type ReplayHandler = (typeof REPLAY_HANDLERS)[number]

/** All that a state machine can call. */
export type Handler = BatchHandler | ReplayHandler
