/** What scripts can rely on. */
export const EXIT = {
  success: 0,
  /** Something that should not have happened; the message has the details. */
  unexpected: 1,
  /** The command line or the input is wrong; the message names what and the remedy. */
  usage: 2,
  /** The night ran and failed or was halted. */
  nightFailed: 3,
  /** The night succeeded, but set a slice aside: its rows are in no release. */
  setAside: 4,
  /** "quality" was asked to fail on a verdict, and there is one. */
  qualityFound: 5,
  /** Ended by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const

/** A message for the person at the command line, without a stack trace. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** Ctrl-C or SIGTERM: the reason with which everything that runs is aborted. */
export class InterruptedError extends Error {
  constructor() {
    super('ended by Ctrl-C or SIGTERM')
    this.name = 'Interrupted'
  }
}
