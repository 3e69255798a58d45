/** An error as a state machine sees it: `name` is what Retry and Catch match, `message` becomes the cause. */
export class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause)
    this.name = name
  }
}
