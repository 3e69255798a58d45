/** A program that has to be there and isn't; the message says which, for what, and what to do. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError'
}
