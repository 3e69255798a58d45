import { AwsError } from '../registry.ts'

/** What the file system refused, in S3's words; anything else stays what it is. */
export const asS3Error = (error: unknown, bucket: string, key: string): unknown => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  switch (code) {
    case 'ENOENT':
      return new AwsError('NoSuchKey', `The specified key does not exist: ${bucket}/${key}`, 404)
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENOTEMPTY':
      return new AwsError(
        'InvalidRequest',
        `${bucket}/${key}: on this machine a key can't be both an object and the folder of other objects; rename one`,
        409,
      )
    case 'ENOSPC':
      return new AwsError(
        'InternalError',
        `${bucket}/${key}: the disk is full; free some space and try again`,
        500,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AwsError(
        'AccessDenied',
        `${bucket}/${key}: the lake's folder is not writable or readable`,
        403,
      )
    default:
      return error
  }
}
