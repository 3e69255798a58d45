import { AwsError } from '../registry.ts'

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

export const checkBucketName = (bucket: string): string => {
  if (!BUCKET.test(bucket) || bucket.includes('..'))
    throw new AwsError('InvalidBucketName', `The bucket name "${bucket}" is not valid.`)
  return bucket
}

/**
 * Keys are paths here, so a key must name one file below its bucket's folder: no empty, `.` or `..` segment, nothing that a
 * file system can't hold. S3 itself would take such keys; nothing in the lake needs them.
 */
export const checkKey = (key: string): string => {
  const refuse = (why: string): never => {
    throw new AwsError('InvalidArgument', `The key ${JSON.stringify(key)} ${why}; give it another name.`)
  }
  if (key === '') refuse('is empty')
  if (key.includes('\0')) refuse('has a NUL character')
  if (!key.isWellFormed()) refuse('is not well-formed Unicode')
  if (Buffer.byteLength(key) > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long: more than 1,024 bytes.')
  for (const segment of key.split('/')) {
    if (segment === '') refuse('has an empty segment (a leading, trailing or doubled "/")')
    if (segment === '.' || segment === '..') refuse(`has the segment "${segment}"`)
    if (Buffer.byteLength(segment) > 255) refuse('has a segment of more than 255 bytes')
  }
  return key
}
