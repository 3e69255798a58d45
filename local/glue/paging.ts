import { AwsError } from '../registry.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly NextToken?: string
}

/** One page of a list; the token is the place of the next page's first item. `code` is the service's name of a bad one. */
export const pageOf = <T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
  code = 'InvalidInputException',
): Page<T> => {
  const start = token === undefined || token === '' ? 0 : Number(token)
  if (!Number.isSafeInteger(start) || start < 0) throw new AwsError(code, `Invalid NextToken: ${token}`)
  const end = start + size
  return { items: all.slice(start, end), ...(end < all.length ? { NextToken: String(end) } : {}) }
}
