import { AsyncLocalStorage } from 'node:async_hooks'

/** Takes one line of JSON, without its line end. */
type LineSink = (line: string) => void

/**
 * Who takes the lines of logs and metrics that Lambda takes from stdout. Bound to the call, not to the process: the embedded
 * platform runs many functions of many executions in one.
 */
export const lineSink = new AsyncLocalStorage<LineSink>()
