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

/** read = curated + duplicates + quarantined + left out does not hold. */
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

/** The crawler ended its crawl without success. */
export class CrawlFailedError extends NamedError {}

/** A copy for the dashboards could not be refreshed; the release is published. */
export class IngestionFailedError extends NamedError {}

/** Another release than the one that a run was planned on or built on is current. */
export class OvertakenError extends PublicationError {}

/** Another machine works on the lake, and this one can't do so beside it. */
export class AlreadyRunningError extends NamedError {}

/** Files that the current release was made of are gone from the raw zone, and nobody has confirmed that they are to be. */
export class DeletedInputError extends NamedError {}

/** A rollback keeps everything from being published. */
export class PublicationHeldError extends NamedError {}

/** Somebody else sends into stream 1: another replay, or another call of the same one. */
export class ReplayBusyError extends NamedError {}

/** A persisted object can't be read: it is damaged, or gone. */
export class UnreadableObjectError extends NamedError {}

/** Objects could not be removed, or a table that should not have changed did. */
export class RemovalError extends NamedError {}
