import { setTimeout as sleep } from 'node:timers/promises'
import type { Pause, Timer } from './run.ts'

/** Waits and pauses before retries are there for services that take minutes; the embedded ones answer at once. */
const SHORT_MS = 20
/** The largest delay of a timer, 2^31 ms. */
const LONGEST_MS = 2 ** 31 - 1

export const realPause: Pause = (ms, signal) => sleep(Math.min(ms, LONGEST_MS), undefined, { signal })
export const shortPause: Pause = (ms, signal) => realPause(Math.min(ms, SHORT_MS), signal)

export const realTimer: Timer = (ms, ring) => {
  const timer = setTimeout(ring, Math.min(ms, LONGEST_MS))
  return () => clearTimeout(timer)
}
