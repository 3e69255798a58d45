import { randomUUID } from 'node:crypto'
import { LAKE } from '../../catalog/layout.ts'
import { findStored, putStored } from '../shared/documents-store.ts'
import { MissingDocumentError, ReplayBusyError } from '../shared/errors.ts'
import { type ReplayProgress, replayProgress } from '../shared/replay-documents.ts'

/**
 * How far a replay has come, kept in a document: whoever sends on, in the next call, after a crash or a redrive, begins there.
 * Each call takes it over first, so that of two that send at the same time the older one ends.
 */
export class ReplayPlace {
  readonly #key: string
  #etag: string
  #progress: ReplayProgress

  private constructor(key: string, etag: string, progress: ReplayProgress) {
    this.#key = key
    this.#etag = etag
    this.#progress = progress
  }

  static async takeOver(run: string): Promise<ReplayPlace> {
    const key = LAKE.run(run, 'replay-progress')
    const found = await findStored(replayProgress, key)
    if (!found)
      throw new MissingDocumentError(
        `${key} is missing from the lake bucket; start-replay writes it. Start a new execution with the same input.`,
      )
    const place = new ReplayPlace(key, found.etag, found.document)
    await place.keep({ ...found.document, rounds: found.document.rounds + 1 })
    return place
  }

  get progress(): ReplayProgress {
    return this.#progress
  }

  async keep(progress: ReplayProgress): Promise<void> {
    const stamped = { ...progress, stamp: randomUUID() }
    this.#etag = (await this.#put(stamped)) ?? (await this.#putAfterRefusal(stamped))
    this.#progress = stamped
  }

  #put(progress: ReplayProgress): Promise<string | undefined> {
    return putStored(this.#key, progress, { ifMatch: this.#etag })
  }

  /** A refusal can mean that S3 took it and its answer was lost: then the client's own second attempt found another ETag. */
  async #putAfterRefusal(progress: ReplayProgress): Promise<string> {
    const found = await findStored(replayProgress, this.#key)
    if (found && found.document.stamp === progress.stamp) return found.etag
    // Or that something else was done to the object at that moment (409), which has changed nothing.
    const etag = found?.etag === this.#etag ? await this.#put(progress) : undefined
    if (etag !== undefined) return etag
    throw new ReplayBusyError(
      'Another call of send-events has taken this replay over, and goes on with it; this one has ended.',
    )
  }
}
