/** A statement that Trino refused or did not finish; the message begins with the name of its error, as Athena's do. */
export class TrinoError extends Error {
  override readonly name = 'TrinoError'
  readonly errorName: string

  constructor(errorName: string, message: string) {
    super(`${errorName}: ${message}`)
    this.errorName = errorName
  }
}
