import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Names another folder for what is downloaded. */
export const CACHE_VARIABLE = 'LAKEHOUSE_CACHE'

/** Where engines are kept: outside the project, so that a fresh clone need not download them again. */
export const cacheFolder = (environment: Environment = process.env): string => {
  const own = environment[CACHE_VARIABLE]
  if (own) return resolve(own)
  return join(resolve(environment.XDG_CACHE_HOME || join(homedir(), '.cache')), 'ecommerce-lakehouse')
}
