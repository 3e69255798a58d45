import { setTimeout as sleep } from 'node:timers/promises'

export interface Clock {
  now(): Date
  /** Resolves when the time is over or the signal is aborted, whichever comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}
