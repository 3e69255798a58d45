import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../../../../../local/kinesis/limits.ts'
import { RuleReader, type RuleReaderOptions } from '../../../../../local/stream/runtime/rule-reader.ts'
import type { Finding } from '../../../../../stream/findings.ts'
import { highEventVolume } from '../../../../../stream/rules/high-event-volume.ts'
import { aggregated, damaged, EMPTY_PACKAGE } from '../../kinesis/aggregated.ts'
import { until } from '../../temporary-platform.ts'
import { eventText, NAMES, openStreams, put } from './open-streams.ts'

const flood = (user: number, from = 0, count = 12) =>
  Array.from({ length: count }, (_, i) => eventText(user, from + i * 500, i))

function readerOf(place: ReturnType<typeof openStreams>, options: Partial<RuleReaderOptions> = {}) {
  const found: Finding[] = []
  const reader = new RuleReader({
    streams: place.streams,
    names: NAMES,
    rules: [highEventVolume],
    kpis: [],
    file: join(place.folder, 'job.json'),
    onFinding: (finding) => found.push(finding),
    pollMs: 5,
    ...options,
  })
  return { reader, found }
}
const ids = (texts: readonly string[]): string[] => texts.map((text) => JSON.parse(text).id).toSorted()

describe('the rules between two streams', () => {
  it('write what they find to stream 2, and tell of it then', async () => {
    const place = openStreams()
    put(place.streams, 7, ...flood(7))
    const { reader, found } = readerOf(place)
    const running = reader.start()
    await reader.finish()
    await running
    expect(place.texts(NAMES.findings).map((text) => JSON.parse(text))).toMatchObject([
      { rule: 'high-event-volume', key_value: '7', measure_value: 12, severity: 'high' },
    ])
    expect(found.map(({ id }) => id)).toEqual(ids(place.texts(NAMES.findings)))
  })

  it('go on where they were stopped, with the windows that were open', async () => {
    const place = openStreams()
    put(place.streams, 7, ...flood(7, 0, 6), 'no event')
    const first = readerOf(place).reader
    void first.start()
    await until(async () => (first.progress.records === 7 ? true : undefined))
    await first.stop()
    expect(place.texts(NAMES.findings)).toEqual([])

    put(place.streams, 7, ...flood(7, 3000, 6))
    const { reader } = readerOf(place)
    expect(reader.job.counts).toEqual({ records: 7, parts: 7, lines: 7, deadLetters: 1 })
    void reader.start()
    await reader.finish()
    expect(ids(place.texts(NAMES.findings))).toEqual([
      'high-event-volume/7/2019-10-01T00:00:00/2019-10-01T00:00:10',
    ])
    expect(reader.progress).toMatchObject({ records: 13, events: 12, late: 0, deadLetters: 1 })
    // Read again to fill the windows, but not written again.
    expect(place.texts(NAMES.deadLetters)).toHaveLength(1)
  })

  it('begin anew behind a concluded job, or where they are told to', async () => {
    const place = openStreams()
    put(place.streams, 7, ...flood(7))
    for (const end of ['conclude', 'anew'] as const) {
      const { reader, found } = readerOf(place)
      void reader.start()
      if (end === 'conclude') {
        await reader.finish()
        reader.conclude()
      } else {
        await until(async () => (reader.progress.records === 12 ? true : undefined))
        await reader.stop()
      }
      const next = readerOf(place, { anew: end === 'anew' }).reader
      expect(next.job.counts.records).toBe(0)
      expect(next.progress).toMatchObject({ watermark: Number.NEGATIVE_INFINITY, late: 0, events: 0 })
      expect(found).toHaveLength(end === 'conclude' ? 1 : 0)
      // The same events are new to a new job.
      put(place.streams, 7, ...flood(7))
    }
  })

  it('take aggregated records apart, and a damaged or empty one for a dead letter', async () => {
    const place = openStreams()
    const { data } = await aggregated('7', flood(7))
    put(place.streams, 7, data, damaged(data), EMPTY_PACKAGE)
    const { reader } = readerOf(place)
    void reader.start()
    await reader.finish()
    expect(reader.progress).toMatchObject({ records: 3, parts: 14, events: 12, deadLetters: 2 })
    expect(ids(place.texts(NAMES.findings))).toHaveLength(1)
  })

  it('hand on all they found where the streams are throttled', async () => {
    const place = openStreams({
      limits: { ...LIMITS.shard, putRecords: 40, gets: 1000 },
    })
    const users = Array.from({ length: 5 }, (_, i) => 100 + i)
    for (const user of users) put(place.streams, user, ...flood(user))
    const { reader, found } = readerOf(place, {
      rules: [{ ...highEventVolume, thresholds: { low: 0 } }],
    })
    void reader.start()
    await reader.finish()
    expect(found.length).toBeGreaterThan(0)
    expect(ids(place.texts(NAMES.findings))).toEqual(found.map(({ id }) => id).toSorted())
  })

  it('say what is wrong and try again, or end where nobody listens', async () => {
    const place = openStreams()
    put(place.streams, 7, ...flood(7), 'no event')
    const errors: unknown[] = []
    const real = place.streams.put.bind(place.streams)
    const broken = vi.spyOn(place.streams, 'put').mockImplementation(() => {
      throw new Error('the disk is full')
    })
    const { reader } = readerOf(place, {
      onError: (error) => {
        errors.push(error)
        broken.mockImplementation(real)
      },
    })
    void reader.start()
    await reader.finish()
    expect(errors.map(String)).toEqual(['Error: the disk is full'])
    expect(place.texts(NAMES.findings)).toHaveLength(1)
    expect(place.texts(NAMES.deadLetters)).toHaveLength(1)

    put(place.streams, 8, 'no event')
    broken.mockImplementation(() => {
      throw new Error('the disk is full')
    })
    await expect(readerOf(place).reader.start()).rejects.toThrow('the disk is full')
  })
})
