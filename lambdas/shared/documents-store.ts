import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { s3 } from './clients.ts'
import { currentPointer, type Release, release } from './documents.ts'
import { environment } from './environment.ts'
import { MissingDocumentError } from './errors.ts'

interface Stored<T> {
  readonly document: T
  readonly etag: string
}

/** A document of the lake bucket with its ETag, or undefined where there is none. */
export async function findStored<S extends z.ZodType>(
  schema: S,
  key: string,
): Promise<Stored<z.output<S>> | undefined> {
  const { lakeBucket } = environment()
  try {
    const answer = await s3().send(new GetObjectCommand({ Bucket: lakeBucket, Key: key }))
    const text = (await answer.Body?.transformToString()) ?? ''
    return { document: parse(schema, text, `s3://${lakeBucket}/${key}`), etag: answer.ETag ?? '' }
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}

export const findDocument = async <S extends z.ZodType>(
  schema: S,
  key: string,
): Promise<z.output<S> | undefined> => (await findStored(schema, key))?.document

/** A document that an earlier step has written. */
export async function getDocument<S extends z.ZodType>(schema: S, key: string): Promise<z.output<S>> {
  const found = await findStored(schema, key)
  if (found) return found.document
  throw new MissingDocumentError(
    `s3://${environment().lakeBucket}/${key} is missing. An earlier step of the night writes it. Start a new execution with the same input.`,
  )
}

/** What has to be true of the stored document for the put to happen. */
export type PutCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: '*' }

/** Writes a document; false where the condition does not hold, because somebody else was faster. */
export const putDocument = async (
  key: string,
  document: unknown,
  condition?: PutCondition,
): Promise<boolean> => (await putStored(key, document, condition)) !== undefined

/** Writes a document and gives its ETag; undefined where the condition does not hold. */
export async function putStored(
  key: string,
  document: unknown,
  condition?: PutCondition,
): Promise<string | undefined> {
  const put = new PutObjectCommand({
    Bucket: environment().lakeBucket,
    Key: key,
    Body: `${JSON.stringify(document, null, 2)}\n`,
    ContentType: 'application/json',
    ...(condition && 'ifMatch' in condition ? { IfMatch: condition.ifMatch } : {}),
    ...(condition && 'ifNoneMatch' in condition ? { IfNoneMatch: '*' } : {}),
  })
  try {
    return (await s3().send(put)).ETag ?? ''
  } catch (error) {
    if (condition && isConflict(error)) return undefined
    throw error
  }
}

// 409 is two conditional puts at the same moment; 404 an If-Match on a key that is gone.
const isConflict = (error: unknown): boolean =>
  error instanceof S3ServiceException && [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0)

/** The release that analysts see, or undefined before the first one. */
export async function currentRelease(): Promise<Release | undefined> {
  const pointer = await findDocument(currentPointer, LAKE.current)
  return pointer && getDocument(release, LAKE.release(pointer.release))
}

function parse<S extends z.ZodType>(schema: S, text: string, uri: string): z.output<S> {
  const parsed = schema.safeParse(jsonOf(text, uri))
  if (parsed.success) return parsed.data
  throw new Error(`${uri} does not have the form of its kind of document:\n${z.prettifyError(parsed.error)}`)
}

function jsonOf(text: string, uri: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${uri} is not JSON: ${(error as Error).message}`)
  }
}
