import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { packagedFiles } from '../stream/flink-sql/packaged.ts'
import { FLINK_APP, flinkJar, packagedFolder } from '../stream/flink-sql/places.ts'
import { ConfigurationError } from './config.ts'

const BUILD = 'npm run build:flink (it needs a JDK 17 and Maven)'

export type FlinkJar = { readonly jar: string } | { readonly missing: string }

/**
 * The Flink application as Maven left it, or what to say where it has not been built. Throws where it was built of other
 * rules than those that would be deployed with it.
 */
export function findFlinkJar(app = FLINK_APP): FlinkJar {
  const jar = flinkJar(app)
  if (!existsSync(jar))
    return {
      missing: `The StreamStack is left out: its Flink application is not at ${jar}. Build it with ${BUILD}.`,
    }
  const changed = Object.entries(packagedFiles())
    .filter(([name, text]) => readIfThere(path.join(packagedFolder(app), name)) !== text)
    .map(([name]) => name)
  if (changed.length > 0)
    throw new ConfigurationError(
      `${jar} was built of other rules (${changed.join(', ')}). Build it again with ${BUILD}.`,
    )
  return { jar }
}

const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined
