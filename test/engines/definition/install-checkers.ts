import path from 'node:path'
import { findPython } from '../../../local/engines/find-python.ts'
import { pythonEnvironment } from '../../../local/engines/python-environment.ts'

/** What the checkers need and nobody installs for the user; an error says what is missing. */
export const findCheckerTools = () => findPython({ purpose: 'Checking the definition', version: '3.11' })

/** The programs of an environment that has cfn-lint, checkov and moto, of the versions that the requirements pin. */
export async function installCheckers({ say }: { say?: (text: string) => void } = {}) {
  const folder = await pythonEnvironment({
    name: 'checkers',
    purpose: 'cfn-lint, checkov and moto',
    python: await findCheckerTools(),
    requirements: path.join(import.meta.dirname, 'requirements.txt'),
    onInstall: (place) => say?.(`Installing cfn-lint, checkov and moto into ${place} (once) …`),
  })
  const program = (name: string) => path.join(folder, 'bin', name)
  return { cfnLint: program('cfn-lint'), checkov: program('checkov'), python: program('python') }
}
