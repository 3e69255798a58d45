import { existsSync, mkdirSync, statSync } from 'node:fs'
import { mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { folderNames } from '../files.ts'
import { AwsError } from '../registry.ts'
import { etagMatches, etagOf } from './etag.ts'
import { asS3Error } from './file-errors.ts'
import { checkBucketName, checkKey } from './key.ts'
import { type ListedObject, type Listing, type ListOptions, listObjects } from './list-objects.ts'
import { Locks } from './locks.ts'
import { type Body, moveIntoPlace, writeFileAtomically } from './write-file.ts'

export interface ByteRange {
  readonly start: number
  /** Included. */
  readonly end: number
}

export interface OpenObject {
  readonly object: ListedObject
  /** Closes the file at its end. */
  read(range?: ByteRange): Readable
  /** For whoever does not read. */
  close(): Promise<void>
}

export interface Condition {
  /** Write only where nothing is there yet. */
  readonly ifNoneMatch?: '*' | undefined
  /**
   * Write only over the object with this ETag. Unlike `ifNoneMatch`, for which the file system vouches, this holds among the
   * writers of one process only: a file system has no such exchange.
   */
  readonly ifMatch?: string | undefined
}

/**
 * Buckets as folders: `<root>/s3/<bucket>/<key>`. It keeps no index, so that files which DuckDB or Spark write beside it are
 * objects at once, and what is put here is a file for them.
 */
export class ObjectStore {
  readonly #folder: string
  readonly #locks = new Locks()

  constructor(root: string, buckets: readonly string[] = []) {
    this.#folder = resolve(root, 's3')
    for (const bucket of buckets) mkdirSync(join(this.#folder, checkBucketName(bucket)), { recursive: true })
  }

  /** Where unfinished uploads lie: beside the buckets, so that no listing shows them and a rename suffices. */
  get staging(): string {
    return join(this.#folder, '.uploads')
  }

  /** The folder of a bucket, whether it exists or not. */
  bucketPath(bucket: string): string {
    return join(this.#folder, checkBucketName(bucket))
  }

  /** All buckets, by name. */
  buckets(): { readonly name: string; readonly created: Date }[] {
    return folderNames(this.#folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => ({ name, created: statSync(join(this.#folder, name)).birthtime }))
  }

  hasBucket(bucket: string): boolean {
    return existsSync(this.bucketPath(bucket))
  }

  /** Throws where there is no such bucket. */
  requireBucket(bucket: string): void {
    if (!this.hasBucket(bucket))
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${bucket}`, 404)
  }

  /** The file of an object; keys that would leave the bucket's folder are refused. */
  pathOf(bucket: string, key: string): string {
    return join(this.bucketPath(bucket), ...checkKey(key).split('/'))
  }

  /** The folder of a prefix that ends with `/`. */
  folderOf(bucket: string, prefix: string): string {
    return prefix === '' ? this.bucketPath(bucket) : this.pathOf(bucket, prefix.replace(/\/$/, ''))
  }

  async list(bucket: string, prefix = '', options: ListOptions = {}): Promise<Listing> {
    this.requireBucket(bucket)
    return listObjects(this.bucketPath(bucket), prefix, options)
  }

  async head(bucket: string, key: string): Promise<ListedObject> {
    this.requireBucket(bucket)
    const stats = await stat(this.pathOf(bucket, key), { bigint: true }).catch((error) => {
      // Below an object there are no objects.
      throw error.code === 'ENOTDIR' ? this.#missing(bucket, key) : asS3Error(error, bucket, key)
    })
    if (!stats.isFile()) throw this.#missing(bucket, key)
    return { key, size: Number(stats.size), etag: etagOf(stats), lastModified: stats.mtime }
  }

  /** One moment's object: what is written over it from now on changes nothing for this reader. */
  async open(bucket: string, key: string): Promise<OpenObject> {
    await this.head(bucket, key)
    const file = await open(this.pathOf(bucket, key)).catch((error) => {
      throw asS3Error(error, bucket, key)
    })
    const stats = await file.stat({ bigint: true })
    return {
      object: { key, size: Number(stats.size), etag: etagOf(stats), lastModified: stats.mtime },
      read: (range) => file.createReadStream({ ...range }),
      close: () => file.close(),
    }
  }

  async read(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    return (await this.open(bucket, key)).read(range)
  }

  /** A small object's content, undefined where there is none. */
  async text(bucket: string, key: string): Promise<string | undefined> {
    this.requireBucket(bucket)
    return await readFile(this.pathOf(bucket, key), 'utf8').catch((error) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw asS3Error(error, bucket, key)
    })
  }

  async put(bucket: string, key: string, body: Body, condition: Condition = {}): Promise<ListedObject> {
    return await this.#place(bucket, key, condition, (path, exclusive) =>
      writeFileAtomically(body, { staging: this.staging, path, exclusive }),
    )
  }

  /** Takes a finished file of the staging folder as the object. */
  async adopt(bucket: string, key: string, from: string, condition: Condition = {}): Promise<ListedObject> {
    return await this.#place(bucket, key, condition, async (path, exclusive) => {
      await moveIntoPlace(from, { path, exclusive })
      await rm(from, { force: true })
    })
  }

  /** Removes an object; that it is not there is no error. */
  async remove(bucket: string, key: string): Promise<void> {
    this.requireBucket(bucket)
    const path = this.pathOf(bucket, key)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) return
    await rm(path, { force: true }).catch((error) => {
      if (error.code !== 'ENOTDIR') throw asS3Error(error, bucket, key)
    })
    await this.#removeEmptyFolders(dirname(path), this.bucketPath(bucket))
  }

  async createBucket(bucket: string): Promise<void> {
    await mkdir(this.bucketPath(bucket), { recursive: true })
  }

  async #place(
    bucket: string,
    key: string,
    { ifNoneMatch, ifMatch }: Condition,
    write: (path: string, exclusive: boolean) => Promise<void>,
  ): Promise<ListedObject> {
    this.requireBucket(bucket)
    const path = this.pathOf(bucket, key)
    return await this.#locks.run(path, async () => {
      if (ifMatch !== undefined && !etagMatches(ifMatch, (await this.head(bucket, key)).etag))
        throw this.#precondition(bucket, key, 'it has changed')
      if (ifNoneMatch !== undefined && existsSync(path)) throw this.#precondition(bucket, key, 'it exists')
      try {
        await write(path, ifNoneMatch !== undefined)
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST'
        if (isTaken && ifNoneMatch !== undefined && existsSync(path))
          throw this.#precondition(bucket, key, 'it exists')
        // mkdir answers EEXIST where a segment of the key's path is an object.
        throw asS3Error(isTaken ? Object.assign(new Error(), { code: 'ENOTDIR' }) : error, bucket, key)
      }
      return await this.head(bucket, key)
    })
  }

  async #removeEmptyFolders(folder: string, stop: string): Promise<void> {
    for (let path = folder; path !== stop && path.startsWith(stop); path = dirname(path)) {
      const isRemoved = await rmdir(path).then(
        () => true,
        (error) => error.code === 'ENOENT',
      )
      if (!isRemoved) return
    }
  }

  #missing(bucket: string, key: string): AwsError {
    return new AwsError('NoSuchKey', `The specified key does not exist: ${bucket}/${key}`, 404)
  }

  #precondition(bucket: string, key: string, why: string): AwsError {
    return new AwsError(
      'PreconditionFailed',
      `At least one of the pre-conditions you specified did not hold: ${bucket}/${key}: ${why}`,
      412,
    )
  }
}
