import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The newest checkpoint below a folder that was completed, as a URL: what one finds after a machine was lost. */
export function lastCheckpoint(folder: string): string {
  const found = readdirSync(folder)
    .flatMap((job) => readdirSync(join(folder, job)).map((name) => join(folder, job, name)))
    .filter((path) => existsSync(join(path, '_metadata')))
    .toSorted((a, b) => Number(/\d+$/.exec(a)?.[0]) - Number(/\d+$/.exec(b)?.[0]))
  const last = found.at(-1)
  if (last === undefined) throw new Error(`No completed checkpoint lies in ${folder}`)
  return pathToFileURL(last).href
}
