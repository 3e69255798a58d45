import { setTimeout as sleep } from 'node:timers/promises'
import { openPath } from './open-path.ts'
import { openProducer } from './producer.ts'

export interface MemoryOrder {
  readonly eventsPerSecond: number
  readonly minutes: number
  readonly seed: number
}

export interface MemorySample {
  /** Since the first event. */
  readonly seconds: number
  readonly rssBytes: number
  /** Keys in open windows, and records that nobody had read. */
  readonly open: number
  readonly unread: number
}

export interface Memory {
  readonly events: number
  readonly samples: readonly MemorySample[]
}

const EVERY_MS = 10_000

/** Live traffic from another process at a steady rate: the memory of the path's own, every ten seconds. */
export async function memory({ eventsPerSecond, minutes, seed }: MemoryOrder): Promise<Memory> {
  await using path = await openPath()
  const { stream, platform, problems, region } = path
  using producer = await openProducer({
    eventsPerSecond,
    seconds: minutes * 60,
    seed,
    endpoint: platform.endpoint,
    region,
    stream: platform.names.eventStream,
  })
  const running = stream.start()
  const samples: MemorySample[] = []
  const started = Date.now()
  const ended = new AbortController()
  const sampling = (async () => {
    while (await sleep(EVERY_MS, true, { signal: ended.signal }).catch(() => false)) {
      const { open } = stream.reader.progress
      const seconds = Math.round((Date.now() - started) / 1000)
      const sample = { seconds, rssBytes: process.memoryUsage.rss(), open, unread: stream.unread() }
      samples.push(sample)
      if (process.stderr.isTTY)
        process.stderr.write(
          `\r${seconds} s: ${Math.round(sample.rssBytes / 2 ** 20)} MiB, ${open} keys\x1b[K`,
        )
    }
  })()
  const { events } = await producer.run()
  ended.abort()
  await sampling
  await stream.finish(new AbortController().signal)
  await running
  const rawLines = await stream.rawLines()
  if (problems.length > 0) throw new Error(problems.join('\n'))
  if (stream.reader.progress.events !== events || rawLines !== events)
    throw new Error(
      `of ${events} events ${stream.reader.progress.events} were read and ${rawLines} delivered`,
    )
  return { events, samples }
}
