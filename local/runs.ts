import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument, writeDocument } from './files.ts'
import { isAlive } from './is-alive.ts'

const run = z.object({
  id: z.string(),
  state: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED']),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  error: z.string().optional(),
  /** What was asked for, and what came of it. */
  detail: z.record(z.string(), z.unknown()),
  pid: z.number().int(),
})
export type Run = z.output<typeof run>

/** What ends well says what came of it; that is added to the run's detail. */
export type Work = (signal: AbortSignal) => Promise<Record<string, unknown>>

/** Names of files, whoever chose them. */
const ID = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/

/** Runs of one kind (job runs, ingestions): started in the background, each kept as a file that a person can read. */
export class Runs {
  readonly #folder: string
  readonly #live = new Map<
    string,
    { readonly run: Run; readonly controller: AbortController; readonly end: Promise<void> }
  >()

  readonly #isAlone: boolean
  #goOn: ((run: Run) => Work) | undefined

  /** `isAlone`: no other process runs any, so that one whose process has ended is told from one whose number is used again. */
  constructor(folder: string, { isAlone = false }: { readonly isAlone?: boolean } = {}) {
    this.#folder = folder
    this.#isAlone = isAlone
  }

  /** Lets a run whose process was killed go on when it is asked for: its client's end does not end a service's work. */
  goOnWith(work: (run: Run) => Work): void {
    this.#goOn = work
  }

  start(id: string, detail: Record<string, unknown>, work: Work): Run {
    const controller = new AbortController()
    const started: Run = {
      id,
      state: 'RUNNING',
      startedAt: new Date().toISOString(),
      detail,
      pid: process.pid,
    }
    writeDocument(this.#path(id), started)
    const end = work(controller.signal)
      .then(
        (result): Partial<Run> => ({ state: 'SUCCEEDED', detail: { ...detail, ...result } }),
        (error: unknown): Partial<Run> => ({
          state: controller.signal.aborted ? 'STOPPED' : 'FAILED',
          error: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((ended) => {
        const run = { ...started, ...ended, endedAt: new Date().toISOString() }
        try {
          writeDocument(this.#path(id), run)
          this.#live.delete(id)
        } catch {
          // The disk is full, or gone: whoever asks in this process learns the end all the same.
          this.#live.set(id, { run, controller, end })
        }
      })
    this.#live.set(id, { run: started, controller, end })
    return started
  }

  /** The run, undefined where there is none. One whose process is gone has failed. */
  get(id: string): Run | undefined {
    const live = this.#live.get(id)
    if (live) return live.run
    if (!ID.test(id)) return undefined
    const document = readDocument(this.#path(id))
    if (document === undefined) return undefined
    const found = run.parse(document)
    if (found.state !== 'RUNNING' || this.#mayRunElsewhere(found)) return found
    if (this.#goOn) return this.start(id, found.detail, this.#goOn(found))
    return { ...found, state: 'FAILED', error: 'the process that ran it has ended; start it again' }
  }

  #mayRunElsewhere({ pid }: Run): boolean {
    return !this.#isAlone && pid !== process.pid && isAlive(pid)
  }

  /** All runs that are known, newest first. */
  list(): Run[] {
    return documentNames(this.#folder)
      .flatMap((name) => this.get(name.replace(/\.json$/, '')) ?? [])
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
  }

  running(): Run[] {
    return [...this.#live.values()].map((live) => live.run).filter(({ state }) => state === 'RUNNING')
  }

  stop(id: string): void {
    this.#live.get(id)?.controller.abort()
  }

  async close(): Promise<void> {
    const live = [...this.#live.values()]
    for (const { controller } of live) controller.abort()
    await Promise.allSettled(live.map(({ end }) => end))
  }

  #path(id: string): string {
    if (!ID.test(id)) throw new Error(`"${id}" can't name a run: use letters, digits, "-", "_" and "."`)
    return join(this.#folder, `${id}.json`)
  }
}
