import path from 'node:path'
import { findPython } from '../../../local/engines/find-python.ts'
import { pythonEnvironment } from '../../../local/engines/python-environment.ts'

/** What the clients need and nobody installs for the user; an error says what is missing. */
export const findClientTools = () => findPython({ purpose: "AWS's clients", version: '3.11' })

/** The programs of an environment that has the AWS CLI, boto3, PyAthena and awswrangler, as the requirements pin them. */
export async function installClients({ say }: { say?: (text: string) => void } = {}) {
  const folder = await pythonEnvironment({
    name: 'clients',
    purpose: 'the AWS CLI, boto3, PyAthena and awswrangler',
    python: await findClientTools(),
    requirements: path.join(import.meta.dirname, 'requirements.txt'),
    onInstall: (place) =>
      say?.(`Installing the AWS CLI, boto3, PyAthena and awswrangler into ${place} (550 MB, once) …`),
  })
  const program = (name: string) => path.join(folder, 'bin', name)
  return { aws: program('aws'), python: program('python') }
}
