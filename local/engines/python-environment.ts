import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { installOnce } from './install-once.ts'
import { runTool } from './run-tool.ts'

export interface PythonEnvironmentOptions {
  /** How the folder's name begins. */
  readonly name: string
  /** For whom: `PySpark`. */
  readonly purpose: string
  /** The program that makes it. */
  readonly python: string
  /** The file with the pinned packages. */
  readonly requirements: string
  readonly cache?: string | undefined
  /** Called with the folder before anything is downloaded. */
  readonly onInstall?: ((folder: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The folder of a virtual environment with the packages; made in the cache where it is missing there. */
export async function pythonEnvironment(options: PythonEnvironmentOptions): Promise<string> {
  const { name, purpose, python, requirements, cache = cacheFolder(), onInstall, signal } = options
  // Another version of a package is another folder.
  const id = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(cache, `${name}-${id}`)
  const log = `${folder}.log`
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
  const install = async () => {
    onInstall?.(folder)
    await runTool({ command: python, args: ['-m', 'venv', folder], log, signal })
    try {
      await runTool({ command: join(folder, 'bin/python'), args: [...pip, '-r', requirements], log, signal })
    } catch (error) {
      signal?.throwIfAborted()
      const reason = (error as Error).message.split('\n').at(-1)
      throw new Error(`pip could not install ${purpose}: ${reason}. Is the package index reachable?`, {
        cause: error,
      })
    }
  }
  await installOnce(folder, install, signal)
  return folder
}
