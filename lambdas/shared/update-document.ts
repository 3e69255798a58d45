import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { findStored, putDocument } from './documents-store.ts'

const ATTEMPTS = 10

/** Changes a document that others change at the same time; `change` is called again with what they have written. */
export async function updateDocument<S extends z.ZodType>(
  schema: S,
  key: string,
  change: (before: z.output<S> | undefined) => z.output<S>,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await findStored(schema, key)
    const after = change(before?.document)
    if (isDeepStrictEqual(before?.document, after)) return
    if (await putDocument(key, after, before ? { ifMatch: before.etag } : { ifNoneMatch: '*' })) return
  }
  throw new Error(
    `${key} was changed by others ${ATTEMPTS} times while it was to be changed here. Try again.`,
  )
}
