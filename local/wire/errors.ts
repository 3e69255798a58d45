import { AwsError } from '../registry.ts'

/** What a client is told: an AWS error as it is, anything else as the service's fault, with its message. */
export const asAwsError = (error: unknown): AwsError => {
  if (error instanceof AwsError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new AwsError('InternalFailure', message, 500)
}
