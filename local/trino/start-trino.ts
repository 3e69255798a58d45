import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../engines/child-process.ts'
import { freePort } from '../engines/free-port.ts'
import { addScratch, removeScratch } from '../engines/process-groups.ts'
import { configurationFiles, type TrinoPlace } from './configuration.ts'
import { installTrino } from './install-trino.ts'
import { statementRows } from './statement-client.ts'
import { TRINO_VERSION } from './versions.ts'

export interface TrinoOptions {
  /** Where Glue and S3 answer. */
  readonly endpoint: string
  /** Region and credentials for them. */
  readonly environment: Readonly<Record<string, string>>
  readonly names: TrinoPlace['names']
  /** For configuration, log and temporary files; removed at the end. */
  readonly folder: string
  /** As Java spells sizes. */
  readonly heap?: string
  /** Told of what takes a while: the download at the first call. */
  readonly say?: ((text: string) => void) | undefined
  /** Aborting it gives up the start. */
  readonly signal?: AbortSignal | undefined
}

export interface Trino {
  readonly server: string
  readonly pid: number
  /** False once the server has ended, for whatever reason. */
  isAlive(): boolean
  stop(): Promise<void>
}

const START_MS = 180_000
const ASK_EVERY_MS = 200
const GRACE_MS = 10_000
const LOG_LINES = 15

const javaArguments = (trino: string, folder: string, heap: string): string[] => [
  `-Xmx${heap}`,
  // Short statements on few cores: a quick start is worth more than the last bit of speed.
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:+EnableDynamicAgentLoading',
  '-Djdk.attach.allowAttachSelf=true',
  '-Dfile.encoding=UTF-8',
  '-Duser.timezone=UTC',
  `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
  '-Dnode.environment=local',
  '-Dnode.bind-ip=127.0.0.1',
  '-Dnode.internal-address=127.0.0.1',
  `-Dnode.data-dir=${folder}`,
  `-Dconfig=${join(folder, 'config.properties')}`,
  `-Dcatalog.config-dir=${join(folder, 'catalog')}`,
  `-Dplugin.dir=${join(trino, 'plugin')}`,
  '-cp',
  join(trino, 'lib', '*'),
  'io.trino.server.TrinoServer',
]

/** Starts a Trino on a free port of this machine, and waits until it answers a query with a worker's result. */
export async function startTrino(options: TrinoOptions): Promise<Trino> {
  const { endpoint, environment, names, folder, heap = '2G', say, signal } = options
  const { folder: trino, java } = await installTrino({ say, signal })
  const port = await freePort()
  const server = `http://127.0.0.1:${port}`
  addScratch(folder)
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  for (const [file, text] of Object.entries(configurationFiles({ port, endpoint, environment, names }))) {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const log = join(folder, 'trino.log')
  const child = await startChild({
    command: java.binary,
    args: javaArguments(trino, folder, heap),
    // No JAVA_TOOL_OPTIONS, no credentials: it gets what it needs by its configuration.
    environment: { PATH: process.env.PATH, HOME: folder },
    folder,
    log,
  })
  let isAlive = true
  void child.ended.then(() => {
    isAlive = false
  })
  const stop = async (graceMs = GRACE_MS): Promise<void> => {
    await child.stop(graceMs)
    removeScratch(folder)
  }
  const deadline = Date.now() + START_MS
  for (;;) {
    try {
      await statementRows({ server, sql: 'SELECT count(*) FROM system.runtime.nodes', signal })
      return { server, pid: child.pid, isAlive: () => isAlive, stop: () => stop() }
    } catch (error) {
      if (signal?.aborted) {
        await stop(0)
        throw signal.reason
      }
      if (!isAlive || Date.now() > deadline) {
        const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-LOG_LINES).join('\n')
        await stop()
        throw new Error(`Trino ${TRINO_VERSION} did not start on ${java.home}; its log ends:\n${tail}`, {
          cause: error,
        })
      }
      await sleep(ASK_EVERY_MS)
    }
  }
}
