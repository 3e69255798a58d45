/** Errors whose names the state machine knows. But for one they are not worth a retry: the input has to change. */
class NamedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** What was asked for, or what lies in the raw zone, can't be processed; the message names the file and the remedy. */
export class InvalidInputError extends NamedError {}

/** Another execution of the night is running. */
export class NightAlreadyRunningError extends NamedError {}

/** read = curated + duplicates + quarantined does not hold. */
export class ReconciliationError extends NamedError {}

/** A quality rule or data test halts the night. */
export class QualityHaltError extends NamedError {}

/** A release could not be published; the message says what analysts see. */
export class PublicationError extends NamedError {}

/** Athena could not run a statement; the message has Athena's reason and the id of the query execution. */
export class QueryFailedError extends NamedError {}

/** Athena could not run a statement this time, and says itself that another attempt may succeed: the state machine makes one. */
export class RetryableQueryError extends QueryFailedError {}

/** Partitions could not be added to the Data Catalog. */
export class RegistrationError extends NamedError {}

/** A document that an earlier step should have written is not in the lake bucket. */
export class MissingDocumentError extends NamedError {}
