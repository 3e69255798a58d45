import { z } from 'zod'

const jobs = z.object({ jobs: z.array(z.object({ jid: z.string(), state: z.string() })) })
const plan = z.object({
  state: z.string(),
  vertices: z.array(z.object({ id: z.string(), name: z.string(), parallelism: z.number() })),
  // Still empty while the job is initialised.
  plan: z.object({
    nodes: z.array(z.object({ id: z.string(), description: z.string().optional() })).default([]),
  }),
})
const values = z.array(z.object({ id: z.string(), value: z.string().optional() }))
const aggregates = z.array(
  z.object({ id: z.string(), sum: z.number().optional(), min: z.number().optional() }),
)
type Aggregate = 'sum' | 'min'
const checkpoints = z.object({
  counts: z.object({ restored: z.number(), completed: z.number(), failed: z.number() }),
  latest: z.object({
    completed: z
      .object({ id: z.number(), trigger_timestamp: z.number(), external_path: z.string() })
      .nullish(),
  }),
})
export interface Vertex {
  readonly id: string
  /** The operators that are chained in it, by arrows. */
  readonly name: string
  /** The same with what they do, as Flink's plan has it. */
  readonly description: string
}

/** Flink has no answer, or none yet: it is still starting, or the job has no such vertex any more. */
export class FlinkRestError extends Error {
  override readonly name = 'FlinkRestError'
}

const behindWindows = ({ name }: Vertex): boolean => !name.startsWith('Source')

/** What a Flink with one job says of it on its REST port. */
export class FlinkRest {
  readonly #server: string

  constructor(server: string) {
    this.#server = server
  }

  /** The job's id and state, once there is one. */
  async job(): Promise<{ id: string; state: string } | undefined> {
    const [job] = (await this.#get('/jobs/overview', jobs)).jobs
    return job && { id: job.jid, state: job.state }
  }

  async vertices(job: string): Promise<Vertex[]> {
    const { vertices, plan: drawn } = await this.#get(`/jobs/${job}`, plan)
    const described = new Map(drawn.nodes.map(({ id, description }) => [id, description]))
    return vertices.map(({ id, name }) => ({ id, name, description: described.get(id) ?? '' }))
  }

  /**
   * Milliseconds since 1970 up to which the job's sinks have been given everything; minus infinity where one has heard of no time.
   * A vertex may have heard of a time long before it has closed all its windows; its sink hears of it behind them. The sink
   * of dead letters is chained to the source, where time stands still in a task whose shards are all idle, as nobody waits for it.
   */
  async watermark(job: string): Promise<number> {
    const found = await this.#ofSinks(job, '__Writer.currentInputWatermark', 'min', behindWindows)
    const least = Math.min(...found.map((value) => value ?? Number.NEGATIVE_INFINITY))
    // Until it has heard of one, a sink says the smallest LONG.
    return found.length === 0 || least < -(2 ** 62) ? Number.NEGATIVE_INFINITY : least
  }

  /** Records that the job's sinks have been given since it was started or restarted. */
  async givenToSinks(job: string): Promise<number> {
    const found = await this.#ofSinks(job, '__Writer.numRecordsIn', 'sum')
    return found.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  }

  /** Of each vertex with a sink; undefined where it has not said it yet. */
  async #ofSinks(
    job: string,
    ending: string,
    aggregate: Aggregate,
    which: (vertex: Vertex) => boolean = () => true,
  ): Promise<(number | undefined)[]> {
    const sinks = (await this.vertices(job)).filter(({ name }) => name.includes(': Writer')).filter(which)
    return await Promise.all(
      sinks.map(async ({ id }) => [...(await this.metrics(job, id, ending, aggregate)).values()][0]),
    )
  }

  /** Metrics of a vertex whose name ends so, by name, over its subtasks. */
  async metrics(
    job: string,
    vertex: string,
    ending: string,
    aggregate: Aggregate = 'sum',
  ): Promise<Map<string, number>> {
    const path = `/jobs/${job}/vertices/${vertex}/subtasks/metrics`
    const names = (await this.#get(path, values)).map(({ id }) => id).filter((id) => id.endsWith(ending))
    if (names.length === 0) return new Map()
    const query = `get=${names.map(encodeURIComponent).join(',')}&agg=${aggregate}`
    const found = await this.#get(`${path}?${query}`, aggregates)
    return new Map(found.map(({ id, [aggregate]: value = 0 }) => [id, value]))
  }

  async checkpoints(job: string) {
    const { counts, latest } = await this.#get(`/jobs/${job}/checkpoints`, checkpoints)
    const { completed } = latest
    return {
      ...counts,
      /** `triggered` in milliseconds since 1970; `path` is a URL. */
      latest: completed && { triggered: completed.trigger_timestamp, path: completed.external_path },
    }
  }

  /** CPU that the process has used since it was started, in seconds. */
  async cpuSeconds(): Promise<number> {
    const [time] = await this.#get('/jobmanager/metrics?get=Status.JVM.CPU.Time', values)
    return Number(time?.value ?? 0) / 1e9
  }

  async #get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const response = await fetch(`${this.#server}${path}`)
    if (!response.ok)
      throw new FlinkRestError(`Flink answers ${response.status} to ${path}: ${await response.text()}`)
    return schema.parse(await response.json())
  }
}
