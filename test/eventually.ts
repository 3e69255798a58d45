import { vi } from 'vitest'

/** Asks until the answer is neither missing nor false. It gives up what hangs, and leaves a busy machine its time. */
export const eventually = <T>(ask: () => T | Promise<T>) =>
  vi.waitUntil(ask, { timeout: 300_000, interval: 20 })
