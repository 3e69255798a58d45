import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChildEnd, startChild } from '../engines/child-process.ts'
import { freePort } from '../engines/free-port.ts'
import { addScratch, removeScratch, signalGroup } from '../engines/process-groups.ts'
import { FlinkRest } from './flink-rest.ts'
import type { Flink } from './install-flink.ts'

/** Property groups of the application, by name. */
export type PropertyGroups = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface FlinkOptions {
  readonly flink: Flink
  /** What the service would hand to the application. */
  readonly properties: PropertyGroups
  /** For properties, log and temporary files; removed at the end. */
  readonly folder: string
  readonly parallelism: number
  /** Where checkpoints are kept, and how often one is taken; outside `folder` if they are to outlive the process. */
  readonly checkpoints?: { readonly folder: string; readonly everyMs: number }
  /** The checkpoint to go on from, as a URL. */
  readonly restoreFrom?: string | undefined
  /** Flink's own configuration besides. */
  readonly configuration?: Readonly<Record<string, string>>
  /** As Java spells sizes. */
  readonly heap?: string
  /** Compiles as a process does that runs for days; else quickly, for jobs that are short. */
  readonly compileWell?: boolean
}

/** A Flink that runs one job in one process. */
export interface RunningFlink extends AsyncDisposable {
  readonly rest: FlinkRest
  readonly ended: Promise<ChildEnd>
  /** What it has printed so far. */
  log(): string
  /** Ends it as a machine that loses its power does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** The JSON of AWS's SDK for Java; by itself it speaks CBOR with Kinesis. */
const JSON_ONLY = [
  '-Daws.cborEnabled=false',
  '-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor=true',
]
const OPENED = ['java.base/java.util=ALL-UNNAMED', 'java.base/java.lang=ALL-UNNAMED']

const MAIN_CLASS = 'ecomm.streaming.StreamingApplication'
const LOCAL_ADDRESSES = ['jobmanager.bind-host', 'taskmanager.bind-host', 'rest.bind-address', 'rest.address']

function configuration(options: FlinkOptions, port: number): Record<string, string> {
  const { checkpoints, restoreFrom, parallelism } = options
  return {
    ...Object.fromEntries(LOCAL_ADDRESSES.map((name) => [name, '127.0.0.1'])),
    'rest.port': String(port),
    'io.tmp.dirs': join(options.folder, 'tmp'),
    'parallelism.default': String(parallelism),
    // Else what the REST port says is ten seconds old.
    'metrics.fetcher.update-interval': '500',
    ...(checkpoints && {
      'execution.checkpointing.interval': `${checkpoints.everyMs} ms`,
      'execution.checkpointing.dir': `file://${checkpoints.folder}`,
      'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    }),
    ...(restoreFrom && { 'execution.state-recovery.path': restoreFrom }),
    ...options.configuration,
  }
}

/** Starts the application on a Flink in one process, which answers on 127.0.0.1 only. It does not wait for the job. */
export async function startFlink(options: FlinkOptions): Promise<RunningFlink> {
  const { flink, folder, heap = '1g' } = options
  const port = await freePort()
  addScratch(folder)
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const groups = { ...options.properties, flink: configuration(options, port) }
  const file = join(folder, 'application_properties.json')
  writeFileSync(
    file,
    JSON.stringify(
      Object.entries(groups).map(([PropertyGroupId, PropertyMap]) => ({ PropertyGroupId, PropertyMap })),
    ),
  )
  // A build in the meantime would take the classes from under a process that runs.
  const jar = join(folder, 'application.jar')
  copyFileSync(flink.jar, jar, constants.COPYFILE_FICLONE)
  const log = join(folder, 'flink.log')
  const child = await startChild({
    command: flink.java,
    args: [
      `-Xmx${heap}`,
      ...(options.compileWell ? [] : ['-XX:TieredStopAtLevel=1']),
      '-XX:+UseSerialGC',
      '-XX:+ExitOnOutOfMemoryError',
      '-Duser.timezone=UTC',
      `-Djava.io.tmpdir=${temporary}`,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      ...JSON_ONLY,
      ...OPENED.map((one) => `--add-opens=${one}`),
      '-cp',
      `${jar}:${flink.classPath}`,
      MAIN_CLASS,
      file,
    ],
    // No JAVA_TOOL_OPTIONS, no credentials: it gets what it needs by its properties.
    environment: { PATH: process.env.PATH, HOME: folder },
    folder,
    log,
  })
  const finish = async (): Promise<void> => {
    await child.ended
    removeScratch(folder)
  }
  const stop = async (): Promise<void> => {
    await child.stop()
    await finish()
  }
  return {
    rest: new FlinkRest(`http://127.0.0.1:${port}`),
    ended: child.ended,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    async kill() {
      signalGroup(child.pid, 'SIGKILL')
      await finish()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
