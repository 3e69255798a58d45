import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MissingToolError } from './missing-tool-error.ts'

const run = promisify(execFile)

export interface PythonRequest {
  /** For whom: `Spark 3.5.6`. */
  readonly purpose: string
  /** `3.11` */
  readonly version: string
}

/** Names another program. */
export const PYTHON_VARIABLE = 'LAKEHOUSE_PYTHON'

/** Says its version, and that it can make an environment: Debian ships that part on its own. */
const ASK = 'import ensurepip, sys, venv; print(sys.executable); print("%d.%d" % sys.version_info[:2])'

/** The path of a Python of this version that can make virtual environments, or an error that says what to install. */
export async function findPython(
  { purpose, version }: PythonRequest,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const own = environment[PYTHON_VARIABLE]
  const tried: string[] = []
  for (const name of own ? [own] : [`python${version}`, 'python3', 'python']) {
    try {
      const { stdout } = await run(name, ['-c', ASK], { env: { ...environment } })
      const [executable = name, found] = stdout.trim().split('\n')
      if (found === version) return executable
      tried.push(`${name} is ${found}`)
    } catch (error) {
      const { code, stderr = '' } = error as { code?: string | number; stderr?: string }
      const reason = stderr.trim().split('\n').at(-1) || String(code)
      tried.push(code === 'ENOENT' ? `no ${name}` : `${name}: ${reason}`)
    }
  }
  throw new MissingToolError(
    `${purpose} needs Python ${version} with its module venv; ${tried.join(', ')}. Install it (Debian: apt-get install ` +
      `python${version}-venv; macOS: brew install python@${version}), or name the program in ${PYTHON_VARIABLE}.`,
  )
}
