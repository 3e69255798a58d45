/** Ends whatever runs in an execution, or in a part of it, that is over; no state can catch it. */
export class AbortedError extends Error {
  constructor() {
    super('the execution, or this part of it, has been aborted')
    this.name = 'AbortedError'
  }
}

/** `StopExecution`, or what comes to the same: the error and the cause that the execution ends with. */
export class StoppedError extends Error {
  readonly error: string | undefined

  constructor({
    error,
    cause,
  }: { readonly error?: string | undefined; readonly cause?: string | undefined }) {
    super(cause ?? '')
    this.name = 'StoppedError'
    this.error = error
  }
}
