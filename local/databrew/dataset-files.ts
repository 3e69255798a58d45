import type { ObjectStore } from '../s3/object-store.ts'

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * The files of a DataBrew data set: its key is plain text with regular expressions in angle brackets, for example
 * `raw/<p_year=2019/.+>`; a key that ends with `/` means every file below it.
 */
export const datasetFiles = async (objects: ObjectStore, bucket: string, key: string): Promise<string[]> => {
  const parts = key.split(/<([^<>]*)>/)
  const prefix = parts[0] ?? ''
  const pattern = parts.map((part, index) => (index % 2 === 1 ? `(?:${part})` : literally(part))).join('')
  const expression = new RegExp(`^${pattern}${key.endsWith('/') ? '.+' : ''}$`)
  const { objects: found } = await objects.list(bucket, prefix)
  return found.filter((object) => object.size > 0 && expression.test(object.key)).map((object) => object.key)
}
