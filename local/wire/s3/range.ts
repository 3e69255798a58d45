import { AwsError } from '../../registry.ts'
import type { ByteRange } from '../../s3/object-store.ts'

/**
 * The bytes that a `Range` header asks of an object of `size` bytes. As in S3, a header that is no single byte range is
 * ignored (undefined: the whole object), and one that starts beyond the end is an error.
 */
export const parseRange = (header: string | undefined, size: number): ByteRange | undefined => {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  const unsatisfiable = () => new AwsError('InvalidRange', 'The requested range is not satisfiable', 416)
  if (from === '') {
    if (Number(to) === 0 || size === 0) throw unsatisfiable()
    return { start: Math.max(0, size - Number(to)), end: size - 1 }
  }
  if (to !== '' && Number(to) < Number(from)) return undefined
  if (Number(from) >= size) throw unsatisfiable()
  return { start: Number(from), end: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}
