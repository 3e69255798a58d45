import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../engines/cache-folder.ts'
import { findJava, type JavaPlaces } from '../engines/find-java.ts'
import { findPython } from '../engines/find-python.ts'
import { installOnce } from '../engines/install-once.ts'

const run = promisify(execFile)

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
  readonly say?: (text: string) => void
  readonly cache?: string
  readonly places?: JavaPlaces
}

const requirements = () => readFileSync(REQUIREMENTS, 'utf8')
/** `3.5.6` */
export const sparkVersion = (): string => /^pyspark==(.+)$/m.exec(requirements())?.[1]?.trim() ?? ''

async function pip(python: string): Promise<void> {
  const options = ['--quiet', '--disable-pip-version-check', '--no-input']
  try {
    await run(python, ['-m', 'pip', 'install', ...options, '-r', REQUIREMENTS])
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    const reason = stderr.trim().split('\n').at(-1) || (error as Error).message
    throw new Error(`pip could not install PySpark: ${reason}. Is the package index reachable?`, {
      cause: error,
    })
  }
}

/** The Spark of the requirements, installed into the cache where it is missing there. */
export async function installSpark(options: InstallOptions = {}): Promise<Spark> {
  const { say = () => undefined, cache = cacheFolder(), places } = options
  const purpose = `Spark ${sparkVersion()}`
  const java = await findJava({ purpose, least: JAVA, most: JAVA }, places)
  const python = await findPython({ purpose, version: PYTHON })
  // Another version of a package is another folder.
  const id = createHash('sha256').update(requirements()).digest('hex').slice(0, 12)
  const folder = join(cache, `spark-${sparkVersion()}-${id}`)
  await installOnce(folder, async () => {
    say(`Installing ${purpose} into ${folder} (about 320 MB, once) …`)
    await run(python, ['-m', 'venv', folder])
    await pip(join(folder, 'bin/python'))
  })
  return {
    submit: join(folder, `lib/python${PYTHON}/site-packages/pyspark/bin/spark-submit`),
    python: join(folder, 'bin/python'),
    javaHome: java.home,
  }
}
