import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

interface FakeObject {
  readonly bytes: Buffer
  readonly etag: string
  readonly modified: Date
}

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`

const failure = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: status } })

/** S3 in memory, as far as the handlers use it; a page has two keys, so that nobody forgets the second one. */
export class FakeS3 {
  readonly objects = new Map<string, FakeObject>()
  /** Keys that a call to delete several can't delete, and how many each such call named. */
  readonly undeletable = new Set<string>()
  readonly deletions: number[] = []
  readonly #uploads = new Map<string, Map<number, Buffer>>()
  pageSize = 2

  put(bucket: string, key: string, body: string | Buffer, modified = new Date()): string {
    const bytes = Buffer.from(body as string)
    this.objects.set(`${bucket}/${key}`, { bytes, etag: etagOf(bytes), modified })
    return etagOf(bytes)
  }

  putJson(bucket: string, key: string, document: unknown): string {
    return this.put(bucket, key, JSON.stringify(document))
  }

  text(bucket: string, key: string): string | undefined {
    return this.objects.get(`${bucket}/${key}`)?.bytes.toString()
  }

  // biome-ignore lint/suspicious/noExplicitAny: documents are looked into freely by tests
  json(bucket: string, key: string): any {
    return JSON.parse(this.text(bucket, key) ?? 'null')
  }

  keys(bucket: string): string[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(`${bucket}/`))
      .map((key) => key.slice(bucket.length + 1))
      .sort()
  }

  get openUploads(): number {
    return this.#uploads.size
  }

  async send(command: unknown): Promise<unknown> {
    if (command instanceof ListObjectsV2Command) return this.#list(command.input)
    if (command instanceof HeadObjectCommand) {
      const found = this.objects.get(`${command.input.Bucket}/${command.input.Key}`)
      if (!found) throw new NotFound({ message: 'NotFound', $metadata: { httpStatusCode: 404 } })
      return { ContentLength: found.bytes.length, ETag: found.etag, LastModified: found.modified }
    }
    if (command instanceof GetObjectCommand) return this.#get(command)
    if (command instanceof PutObjectCommand) return this.#put(command.input)
    if (command instanceof DeleteObjectCommand) {
      this.objects.delete(`${command.input.Bucket}/${command.input.Key}`)
      return {}
    }
    if (command instanceof DeleteObjectsCommand) {
      const keys = (command.input.Delete?.Objects ?? []).map(({ Key = '' }) => Key)
      this.deletions.push(keys.length)
      for (const key of keys.filter((key) => !this.undeletable.has(key)))
        this.objects.delete(`${command.input.Bucket}/${key}`)
      const refused = keys.filter((key) => this.undeletable.has(key))
      return { Errors: refused.map((Key) => ({ Key, Code: 'AccessDenied', Message: 'no' })) }
    }
    if (command instanceof CreateMultipartUploadCommand) {
      const id = `upload-${this.#uploads.size + 1}`
      this.#uploads.set(id, new Map())
      return { UploadId: id }
    }
    if (command instanceof UploadPartCommand) {
      const { UploadId = '', PartNumber = 0, Body } = command.input
      const part = Buffer.from(Body as Buffer)
      this.#uploads.get(UploadId)?.set(PartNumber, part)
      return { ETag: etagOf(part) }
    }
    if (command instanceof CompleteMultipartUploadCommand) {
      const { UploadId = '', Bucket = '', Key = '' } = command.input
      const parts = [...(this.#uploads.get(UploadId) ?? [])].sort(([a], [b]) => a - b)
      this.#uploads.delete(UploadId)
      return { ETag: this.put(Bucket, Key, Buffer.concat(parts.map(([, bytes]) => bytes))) }
    }
    if (command instanceof AbortMultipartUploadCommand) {
      this.#uploads.delete(command.input.UploadId ?? '')
      return {}
    }
    throw new Error(`FakeS3 does not know ${(command as object).constructor.name}`)
  }

  #get({ input: { Bucket, Key, Range, IfMatch } }: GetObjectCommand) {
    const found = this.objects.get(`${Bucket}/${Key}`)
    if (!found) throw new NoSuchKey({ message: 'NoSuchKey', $metadata: { httpStatusCode: 404 } })
    if (IfMatch !== undefined && IfMatch !== found.etag) throw failure('PreconditionFailed', 412)
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(Range ?? '') ?? []
    if (Range !== undefined && Number(from) >= found.bytes.length) throw failure('InvalidRange', 416)
    const bytes = Range === undefined ? found.bytes : found.bytes.subarray(Number(from), Number(to) + 1)
    const body = Readable.from([bytes], { objectMode: false })
    return {
      ETag: found.etag,
      Body: Object.assign(body, {
        transformToString: async () => bytes.toString(),
        transformToByteArray: async () => new Uint8Array(bytes),
      }),
    }
  }

  #put({ Bucket = '', Key = '', Body, IfMatch, IfNoneMatch }: PutObjectCommandInput) {
    const found = this.objects.get(`${Bucket}/${Key}`)
    if (IfNoneMatch === '*' && found) throw failure('PreconditionFailed', 412)
    if (IfMatch !== undefined && !found) throw failure('NoSuchKey', 404)
    if (IfMatch !== undefined && IfMatch !== found?.etag) throw failure('PreconditionFailed', 412)
    return { ETag: this.put(Bucket, Key, Body as string) }
  }

  #list({ Bucket = '', Prefix = '', Delimiter, MaxKeys, ContinuationToken = '' }: ListObjectsV2CommandInput) {
    const keys = this.keys(Bucket).filter((key) => key.startsWith(Prefix))
    const folderOf = (key: string) => {
      const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length)
      return end < 0 ? undefined : key.slice(0, end + 1)
    }
    const folders = new Set(keys.map(folderOf))
    const names = [...new Set(keys.map((key) => folderOf(key) ?? key))].filter(
      (name) => name > ContinuationToken,
    )
    const page = names.slice(0, MaxKeys ?? this.pageSize)
    const truncated = names.length > page.length
    return {
      IsTruncated: truncated,
      NextContinuationToken: truncated ? page.at(-1) : undefined,
      CommonPrefixes: page.filter((name) => folders.has(name)).map((Prefix) => ({ Prefix })),
      Contents: page.flatMap((Key) => {
        const found = this.objects.get(`${Bucket}/${Key}`)
        return found && !folders.has(Key)
          ? [{ Key, Size: found.bytes.length, ETag: found.etag, LastModified: found.modified }]
          : []
      }),
    }
  }
}
