import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../local/engines/cache-folder.ts'
import { findPython } from '../../../local/engines/find-python.ts'
import { installOnce } from '../../../local/engines/install-once.ts'

const run = promisify(execFile)
const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt')

/** The programs of an environment that has cfn-lint, checkov and moto, of the versions that the requirements pin. */
export async function installCheckers({ say }: { say?: (text: string) => void } = {}) {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)
  const folder = path.join(cacheFolder(), `checkers-${hash}`)
  const program = (name: string) => path.join(folder, 'bin', name)
  await installOnce(folder, async () => {
    say?.(`Installing cfn-lint, checkov and moto (once) into ${folder}`)
    const python = await findPython({ purpose: 'Checking the definition', version: '3.11' })
    await run(python, ['-m', 'venv', folder])
    const options = ['--quiet', '--disable-pip-version-check', '--no-input']
    await run(program('python'), ['-m', 'pip', 'install', ...options, '-r', REQUIREMENTS], {
      maxBuffer: 1 << 26,
    })
  })
  return { cfnLint: program('cfn-lint'), checkov: program('checkov'), python: program('python') }
}
