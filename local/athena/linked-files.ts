import { realpathSync } from 'node:fs'
import { walk } from '../s3/walk.ts'

/** Where the links below a folder lead to that leave it: big raw files are linked into the lake, not copied. */
export const linkedFiles = (folder: string): string[] => {
  const inside = `${realpathSync(folder)}/`
  return [...walk(folder, { prefix: '', after: '', collapse: () => false })]
    .map(({ path }) => realpathSync(path))
    .filter((path) => !path.startsWith(inside))
}
