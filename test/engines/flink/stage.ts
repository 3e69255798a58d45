import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlinkRestError } from '../../../local/flink/flink-rest.ts'
import { installFlink } from '../../../local/flink/install-flink.ts'
import { localProperties } from '../../../local/flink/local-properties.ts'
import { type FlinkOptions, type RunningFlink, startFlink } from '../../../local/flink/start-flink.ts'
import { hashKeyRange } from '../../../local/kinesis/hash-key.ts'
import { StreamStore } from '../../../local/kinesis/stream-store.ts'
import { type RecordToPut, Streams } from '../../../local/kinesis/streams.ts'
import { ObjectStore } from '../../../local/s3/object-store.ts'
import { RuleReader } from '../../../local/stream/runtime/rule-reader.ts'
import { WireDoor } from '../../../local/wire/door.ts'
import { KPIS } from '../../../stream/kpis/index.ts'
import { RULES } from '../../../stream/rules/index.ts'
import { ACCOUNT, arnOf, REGION, SwitchableRegistry } from './switchable-registry.ts'

/** Names of the streams of one engine's run. */
export interface RunNames {
  readonly events: string
  readonly findings: string
  readonly deadLetters: string
}

/** A hash key that lies in a shard: tests say themselves where a record goes. */
export const hashKeyIn = (shard: number, shards: number): string => String(hashKeyRange(shard, shards).start)

/** A door of Kinesis's API that can be shut, and opened again on the same port. */
export class Door {
  readonly registry: SwitchableRegistry
  readonly #folder: string
  #door: WireDoor | undefined
  #endpoint = ''

  constructor(store: StreamStore, folder: string) {
    this.registry = new SwitchableRegistry(store)
    this.#folder = folder
  }

  get endpoint(): string {
    return this.#endpoint
  }

  async open(): Promise<void> {
    this.#door = new WireDoor(this.registry, new ObjectStore(this.#folder, []), REGION)
    const port = this.#endpoint === '' ? 0 : Number(new URL(this.#endpoint).port)
    this.#endpoint = await this.#door.open(port)
  }

  async close(): Promise<void> {
    await this.#door?.close()
  }
}

/** Kinesis on this machine, and both engines on its streams. */
export class Stage implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'flink-'))
  readonly #store = new StreamStore(join(this.folder, 'kinesis.sqlite'))
  readonly streams = new Streams({ store: this.#store, account: ACCOUNT })
  /** What Flink reads through, and what it writes through. */
  readonly source = new Door(this.#store, this.folder)
  readonly sink = new Door(this.#store, this.folder)
  readonly #running = new Set<RunningFlink>()
  #runs = 0

  async open(): Promise<this> {
    await this.source.open()
    await this.sink.open()
    return this
  }

  /** Makes the streams of a run; those of its events may be there. */
  names(events: string, run: string, shards = 1): RunNames {
    const names = { events, findings: `${run}-findings`, deadLetters: `${run}-dead-letters` }
    const there = new Set(this.streams.list().map(({ name }) => name))
    for (const name of [names.findings, names.deadLetters, events])
      if (!there.has(name)) this.streams.create(name, 'PROVISIONED', name === events ? shards : 2)
    return names
  }

  put(stream: string, records: readonly RecordToPut[]): void {
    for (let at = 0; at < records.length; at += 500) this.streams.put(stream, records.slice(at, at + 500))
  }

  /** Texts of all records of a stream, shard by shard in their order. */
  texts(stream: string): string[] {
    const { shards } = this.streams.describe(stream)
    return Array.from({ length: shards }, (_, shard) =>
      this.#store
        .read(stream, shard, 0, 0, Number.MAX_SAFE_INTEGER)
        .map(({ data }) => Buffer.from(data).toString()),
    ).flat()
  }

  count(stream: string): number {
    const { shards } = this.streams.describe(stream)
    return Array.from({ length: shards }, (_, shard) => this.#store.last(stream, shard)).reduce(
      (a, b) => a + b,
      0,
    )
  }

  async startFlink(
    names: RunNames,
    options: Partial<Omit<FlinkOptions, 'folder' | 'flink'>> & {
      readonly source?: Readonly<Record<string, string>>
    } = {},
  ): Promise<RunningFlink> {
    const { source, ...rest } = options
    const flink = await installFlink()
    const running = await startFlink({
      flink,
      parallelism: 2,
      folder: join(this.folder, `flink-${++this.#runs}`),
      ...rest,
      properties: {
        ...localProperties({
          arns: {
            events: arnOf(names.events),
            findings: arnOf(names.findings),
            deadLetters: arnOf(names.deadLetters),
          },
          region: REGION,
          endpoints: { source: this.source.endpoint, sink: this.sink.endpoint },
          rules: RULES,
          source: source ?? {},
        }),
        ...rest.properties,
      },
    })
    this.#running.add(running)
    void running.ended.then(() => this.#running.delete(running))
    return running
  }

  /** The embedded engine on the same events. */
  startEmbedded(names: RunNames): { reader: RuleReader; running: Promise<void> } {
    const reader = new RuleReader({
      streams: this.streams,
      names,
      rules: RULES,
      kpis: KPIS,
      file: join(this.folder, `${names.findings}.json`),
      pollMs: 20,
    })
    return { reader, running: reader.start() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#running) await running.kill()
    await this.source.close()
    await this.sink.close()
    this.#store[Symbol.dispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Asks until it is so; where Flink ends before, or it takes too long, an error with what Flink printed. */
export async function until(
  what: string,
  flink: RunningFlink,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 240_000,
): Promise<void> {
  let isOver = false
  void flink.ended.then(() => {
    isOver = true
  })
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  for (;;) {
    // Its REST port answers only once it has started, and of the job's parts only while it runs.
    const answer = await Promise.resolve(holds()).catch((error: unknown) => {
      if (error instanceof TypeError || error instanceof FlinkRestError) {
        cause = error
        return false
      }
      throw error
    })
    if (answer) return
    if (isOver || Date.now() > deadline) {
      const said = flink.log().split('\n').slice(-40).join('\n')
      throw new Error(`${isOver ? 'Flink ended' : 'Too much time went by'} before ${what}:\n${said}`, {
        cause,
      })
    }
    await sleep(300)
  }
}
