import { type _Object, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { LAKE } from '../../catalog/layout.ts'
import { s3 } from '../shared/clients.ts'
import { type DatabrewProfile, databrewProfile } from '../shared/databrew-profile.ts'
import { getDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { MissingDocumentError } from '../shared/errors.ts'

/**
 * The profile that this night's job run wrote. Its key has the run's id in it; should DataBrew name it otherwise, the
 * newest file since the night began is the one, because no other night runs.
 */
export async function readProfile(runId: string, startedAt: string): Promise<DatabrewProfile> {
  const files = await profileFiles()
  const named = files.filter(({ Key }) => Key?.includes(runId))
  const since = files.filter(({ LastModified }) => (LastModified?.getTime() ?? 0) >= Date.parse(startedAt))
  const newest = [...(named.length > 0 ? named : since)].sort(
    (a, b) => (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0),
  )[0]
  if (newest?.Key) return getDocument(databrewProfile, newest.Key)
  throw new MissingDocumentError(
    `Profile job run ${runId} left no JSON under s3://${environment().lakeBucket}/${LAKE.profiles}: ` +
      'check the output location of the DataBrew job.',
  )
}

async function profileFiles(): Promise<_Object[]> {
  const files: _Object[] = []
  const request = { Bucket: environment().lakeBucket, Prefix: LAKE.profiles }
  for await (const page of paginateListObjectsV2({ client: s3() }, request))
    files.push(...(page.Contents ?? []))
  return files.filter(({ Key }) => Key?.endsWith('.json'))
}
