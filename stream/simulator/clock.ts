import { setTimeout as sleep } from 'node:timers/promises'

/** The time, and a way to let it pass. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds; with false as soon as the signal says to stop. */
  wait(ms: number, signal?: AbortSignal): Promise<boolean>
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  wait: (ms, signal) => sleep(ms, true, { ...(signal && { signal }) }).catch(() => false),
}
