import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../engines/cache-folder.ts'
import { findJava, type Java, type JavaPlaces } from '../engines/find-java.ts'
import { installOnce, isInstalled } from '../engines/install-once.ts'
import { missingPrograms } from '../engines/missing-programs.ts'
import { MissingToolError } from '../engines/missing-tool-error.ts'
import { runTool } from '../engines/run-tool.ts'
import { TRINO_HIVE, TRINO_LEAST_JAVA, TRINO_SERVER, TRINO_VERSION } from './versions.ts'

/** A Trino that is ready to run. */
export interface TrinoInstall {
  /** Has `lib` and `plugin`. */
  readonly folder: string
  readonly java: Java
}

export interface InstallOptions {
  /** Told what takes a while. */
  readonly say?: ((text: string) => void) | undefined
  readonly cache?: string
  readonly places?: JavaPlaces
  readonly signal?: AbortSignal | undefined
}

const PURPOSE = `Trino ${TRINO_VERSION}`

/** What installs it, and where that comes from. */
const INSTALLERS: Readonly<Record<string, string>> = {
  mvn: 'Maven, which fetches it (Debian: apt-get install maven; macOS: brew install maven)',
  tar: 'tar (Debian: apt-get install tar)',
  unzip: 'unzip (Debian: apt-get install unzip)',
}

const folderIn = (cache: string): string => join(cache, `trino-${TRINO_VERSION}`)

/** What Trino needs and nobody installs for the user; an error says what is missing. */
export async function findTrinoTools(options: Pick<InstallOptions, 'cache' | 'places'> = {}): Promise<Java> {
  const { cache = cacheFolder(), places } = options
  const java = await findJava({ purpose: PURPOSE, least: TRINO_LEAST_JAVA }, places)
  if (isInstalled(folderIn(cache))) return java
  const missing = missingPrograms(Object.keys(INSTALLERS)).map((name) => INSTALLERS[name])
  if (missing.length > 0)
    throw new MissingToolError(
      `${PURPOSE} needs, to be installed: ${missing.join('; ')}. Install what is named.`,
    )
  return java
}

/** Trino, installed where it is missing in the cache: 450 MB from Maven Central. */
export async function installTrino(options: InstallOptions = {}): Promise<TrinoInstall> {
  const { cache = cacheFolder(), say, signal } = options
  const java = await findTrinoTools(options)
  const folder = folderIn(cache)
  const log = `${folder}.log`

  const tool = async (command: string, args: readonly string[]): Promise<void> => {
    try {
      // Maven runs on any Java; the one that is there for certain is Trino's.
      await runTool({ command, args, environment: { JAVA_HOME: java.home, ...process.env }, log, signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw new Error(`${command} could not install ${PURPOSE}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
  /** An artefact as a file in a folder, by way of Maven's own repository and settings. */
  const fetched = async ({ artifactId, packaging }: typeof TRINO_SERVER, target: string): Promise<string> => {
    const artifact = `io.trino:${artifactId}:${TRINO_VERSION}:${packaging}`
    await tool('mvn', ['-B', '-q', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false'])
    await tool('mvn', [
      '-B',
      '-q',
      'dependency:copy',
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${target}`,
    ])
    return join(target, `${artifactId}-${TRINO_VERSION}.${packaging}`)
  }
  const install = async () => {
    say?.(`Installing ${PURPOSE} into ${folder} (450 MB from Maven Central, once) …`)
    const downloads = join(folder, 'downloads')
    const server = await fetched(TRINO_SERVER, downloads)
    const root = `${TRINO_SERVER.artifactId}-${TRINO_VERSION}`
    await tool('tar', ['-xzf', server, '-C', folder, '--strip-components=1', `${root}/lib`])
    const plugins = join(folder, 'plugin')
    mkdirSync(plugins)
    await tool('unzip', ['-q', '-o', await fetched(TRINO_HIVE, downloads), '-d', plugins])
    rmSync(downloads, { recursive: true })
  }
  await installOnce(folder, install, signal)
  return { folder, java }
}
