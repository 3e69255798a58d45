import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findJava, type JavaPlaces } from '../engines/find-java.ts'
import { findPython } from '../engines/find-python.ts'
import { pythonEnvironment } from '../engines/python-environment.ts'

/** What can be installed where it is missing, and what has to be there. */
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
const PYTHON = '3.11'
const JAVA = 17

/** A Spark that is ready to run. */
export interface Spark {
  /** The program `spark-submit`. */
  readonly submit: string
  /** The Python of the environment that has PySpark. */
  readonly python: string
  readonly javaHome: string
}

export interface InstallOptions {
  /** Told what takes a while. */
  readonly say?: ((text: string) => void) | undefined
  readonly cache?: string
  readonly places?: JavaPlaces
  readonly signal?: AbortSignal | undefined
}

/** `3.5.6` */
export const sparkVersion = (): string =>
  /^pyspark==(.+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1]?.trim() ?? ''

/** What Spark needs and nobody installs for the user; an error says what is missing. */
export async function findSparkTools({ places }: Pick<InstallOptions, 'places'> = {}) {
  const purpose = `Spark ${sparkVersion()}`
  const java = await findJava({ purpose, least: JAVA, most: JAVA }, places)
  return { java, python: await findPython({ purpose, version: PYTHON }) }
}

/** The Spark of the requirements, installed into the cache where it is missing there. */
export async function installSpark(options: InstallOptions = {}): Promise<Spark> {
  const { say, cache, signal } = options
  const { java, python } = await findSparkTools(options)
  const folder = await pythonEnvironment({
    name: `spark-${sparkVersion()}`,
    purpose: 'PySpark',
    python,
    requirements: REQUIREMENTS,
    cache,
    onInstall: (place) => say?.(`Installing Spark ${sparkVersion()} into ${place} (about 320 MB, once) …`),
    signal,
  })
  return {
    submit: join(folder, `lib/python${PYTHON}/site-packages/pyspark/bin/spark-submit`),
    python: join(folder, 'bin/python'),
    javaHome: java.home,
  }
}
