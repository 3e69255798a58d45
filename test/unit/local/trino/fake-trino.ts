import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TRINO_VERSION } from '../../../../local/trino/versions.ts'
import { fakeProgram } from '../engines/fake-program.ts'

/** A server that answers Trino's own question whether it is there, and never ends any other statement. */
const SERVER = `
const { appendFileSync, readFileSync } = require('node:fs')
const config = process.argv.find((argument) => argument.startsWith('-Dconfig=')).slice(9)
const [, port] = /http-server.http.port=(\\d+)/.exec(readFileSync(config, 'utf8'))
const [, folder] = process.argv.find((argument) => argument.startsWith('-Dfake=')).split('=')
require('node:http').createServer(async (request, response) => {
  let sql = ''
  for await (const chunk of request) sql += chunk
  if (sql.includes('system.runtime.nodes')) return response.end('{"data":[[1]]}')
  if (sql) appendFileSync(folder + '/asked', sql)
  setTimeout(() => response.end(JSON.stringify({ nextUri: 'http://127.0.0.1:' + port + '/next' })), 20)
}).listen(Number(port), '127.0.0.1')
`

export interface FakeTrino {
  /** What makes this machine's Trino this one. */
  readonly environment: Readonly<Record<string, string>>
  /** Has the server's process id once it has started. */
  readonly pidFile: string
  /** Has what it was asked. */
  readonly asked: string
}

/** A JDK whose every program is a small server, and a cache in which Trino is installed. */
export function fakeTrino(folder: string, { answers }: { readonly answers: boolean }): FakeTrino {
  const home = join(folder, 'jdk')
  const pidFile = join(folder, 'trino.pid')
  const server = join(folder, 'server.cjs')
  writeFileSync(server, SERVER)
  const work = answers ? `exec "${process.execPath}" "${server}" "-Dfake=${folder}" "$@"` : 'exec sleep 60'
  fakeProgram(join(home, 'bin/java'), `echo $$ > "${pidFile}"; ${work}`)
  writeFileSync(join(home, 'release'), 'JAVA_VERSION="25.0.1"\n')
  const installed = join(folder, 'cache', `trino-${TRINO_VERSION}`)
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(installed, '.finished'), '')
  const environment = { JAVA_HOME: home, LAKEHOUSE_CACHE: join(folder, 'cache') }
  return { environment, pidFile, asked: join(folder, 'asked') }
}
