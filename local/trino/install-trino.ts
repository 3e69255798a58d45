import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../engines/cache-folder.ts'
import { installOnce } from '../engines/install-once.ts'
import { MissingToolError } from '../engines/missing-tool-error.ts'
import { TRINO_HIVE, TRINO_SERVER, TRINO_VERSION } from './versions.ts'

const run = promisify(execFile)

const INSTALL: Readonly<Record<string, string>> = {
  mvn: 'Maven, which fetches Trino (Debian: apt-get install maven; macOS: brew install maven)',
  tar: 'tar (Debian: apt-get install tar)',
  unzip: 'unzip (Debian: apt-get install unzip)',
}

const tool = async (command: string, args: readonly string[]): Promise<string> => {
  try {
    return (await run(command, args, { maxBuffer: 1 << 26 })).stdout
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new MissingToolError(`Trino ${TRINO_VERSION} needs ${INSTALL[command] ?? command}: install it.`)
    const last = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n')
    throw new Error(`${command} could not install Trino ${TRINO_VERSION}: ${last}`)
  }
}

/** An artefact as a file in a folder, by way of Maven's own repository and settings. */
async function fetched({ artifactId, packaging }: typeof TRINO_SERVER, folder: string): Promise<string> {
  const artifact = `io.trino:${artifactId}:${TRINO_VERSION}:${packaging}`
  await tool('mvn', ['-B', '-q', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false'])
  await tool('mvn', ['-B', '-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`])
  return join(folder, `${artifactId}-${TRINO_VERSION}.${packaging}`)
}

interface InstallOptions {
  readonly cache?: string
  readonly say?: (text: string) => void
}

/** The folder of an unpacked Trino (`lib`, `plugin`): 450 MB from Maven Central at the first call, kept for all later ones. */
export async function installTrino({ cache = cacheFolder(), say }: InstallOptions = {}): Promise<string> {
  const folder = join(cache, `trino-${TRINO_VERSION}`)
  await installOnce(folder, async () => {
    say?.(`Installing Trino ${TRINO_VERSION} (450 MB from Maven Central, once) into ${folder}`)
    const downloads = join(folder, 'downloads')
    const server = await fetched(TRINO_SERVER, downloads)
    const root = `${TRINO_SERVER.artifactId}-${TRINO_VERSION}`
    await tool('tar', ['-xzf', server, '-C', folder, '--strip-components=1', `${root}/lib`])
    const plugins = join(folder, 'plugin')
    mkdirSync(plugins)
    await tool('unzip', ['-q', '-o', await fetched(TRINO_HIVE, downloads), '-d', plugins])
    rmSync(downloads, { recursive: true })
  })
  return folder
}
