import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { run } from '../../../../local/cli/program.ts'
import { progressLine } from '../../../../local/stream/simulate-command.ts'
import { parseEvent } from '../../../../stream/events.ts'
import { labelRecord } from '../../../../stream/simulator/labels.ts'
import { temporaryFolder } from '../../local/temporary-platform.ts'
import { START } from '../stream-event.ts'

const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

async function simulate(...args: string[]) {
  const said: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text))
    return true
  })
  const code = await run(['simulate', ...args])
  write.mockRestore()
  return { code, said: said.join('') }
}

const rawFile = (folder: string, rows: number) => {
  const file = path.join(folder, '2019-Oct.csv')
  const row = (n: number) =>
    `2019-10-01 00:${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')} UTC,view,${1000 + n},2053013558920217191,,,1.00,${500 + n},s${n}`
  writeFileSync(
    file,
    `${[CSV_HEADER, ...Array.from({ length: rows }, (_, n) => row(n))].join('\n')}\nbroken\n`,
  )
  return file
}

describe('lake simulate', () => {
  it('replays a file with an attack in it, the labels beside it', async () => {
    const folder = temporaryFolder()
    const [out, labels] = [path.join(folder, 'events.jsonl'), path.join(folder, 'labels.jsonl')]
    const file = rawFile(folder, 300)
    const args = [
      '--file',
      file,
      '--burst',
      '--attack',
      'slow-crawler@1m',
      '--attack',
      'card-testing',
      '--out',
      out,
    ]
    const { code, said } = await simulate(...args, '--labels', labels)
    expect(code).toBe(0)
    expect(said).toContain('2019-Oct.csv line 302: column_count; left out')
    expect(said).toMatch(/564 events in 564 records/)
    const events = lines(out).map((line) => parseEvent(line).event)
    expect(events).toHaveLength(300 + 240 + 24)
    expect(events[0]?.time).toBe(START)
    const told = lines(labels).map((line) => labelRecord.parse(JSON.parse(line)))
    expect(told.map(({ name, events: count }) => [name, count])).toEqual([
      ['card-testing', 24],
      ['slow-crawler', 240],
    ])
    expect(told[1]?.from.startsWith('2019-10-01 00:01:0')).toBe(true)
    expect((await simulate(...args, '--seed', '42')).code).toBe(0)
    expect(lines(out).map((line) => parseEvent(line).event)).toEqual(events)
  })

  it('generates traffic for a time, as strings', async () => {
    const out = path.join(temporaryFolder(), 'events.jsonl')
    const args = [
      '--for',
      '1s',
      '--rate',
      '20/s',
      '--from',
      '2019-10-01T16:00:00',
      '--as-strings',
      '--out',
      out,
    ]
    expect((await simulate(...args)).code).toBe(0)
    expect(lines(out).length).toBeGreaterThan(8)
    expect(lines(out)[0]).toContain('"event_time":"2019-10-01 16:00:0')
    for (const line of lines(out)) expect(line).not.toMatch(/":[^"]/)
  })

  it.each([
    [['--burst'], 'say where the events go'],
    [['--out', '-', '--stream', 's'], 'say where the events go'],
    [['--out', '-', '--file', '/nowhere.csv'], '/nowhere.csv does not exist'],
    [['--out', '-', '--rate', '5'], 'A rate is written as 500/s'],
    [['--out', '-', '--attack', 'crawler'], 'an attack is one of single-user-flood, slow-crawler'],
    [['--out', '-', '--for', '5'], 'a time is written as 90s'],
    [['--out', '-', '--from', 'today'], 'an instant is written as 2019-10-01T13:00:00'],
    [['--out', '-', '--burst', '--speed', '2x'], 'cannot be used with option'],
    [['--out', '-', '--file', 'x', '--from', '2019-10-01T00:00:00'], 'cannot be used with option'],
    [['--out', '-', '--trouble', '--attack', 'slow-crawler'], 'cannot be used with option'],
    [['--out', '-', '--repeat'], 'name a raw file with --file'],
    [['--out', '-', '--aggregate'], 'only records of a stream can be aggregated'],
    [['--out', '-', '--file', 'README.md'], 'README.md: the header is not event_time,'],
    [['--out', '-', '--file', '.'], '. is a folder: name one raw file'],
    [['--out', '/nowhere/x', '--for', '1s'], "/nowhere/x can't be written: ENOENT"],
    [['--out', '-', '--labels', '/nowhere/x', '--for', '1s'], "/nowhere/x can't be written: ENOENT"],
  ])('%j is refused', async (args, message) => {
    const { code, said } = await simulate(...args)
    expect(code).toBe(2)
    expect(said).toContain(message)
    // Told, not thrown.
    expect(said).not.toContain('    at ')
  })

  it.each([
    [
      'where nothing answers',
      'http://127.0.0.1:1',
      'ECONNREFUSED 127.0.0.1:1; AWS_ENDPOINT_URL_KINESIS has to be',
    ],
    ['where the endpoint is none', '127.0.0.1', 'Invalid URL; AWS_ENDPOINT_URL_KINESIS has to be'],
  ])('says what to do %s', async (_name, endpoint, message) => {
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', endpoint)
    vi.stubEnv('AWS_REGION', endpoint.startsWith('http') ? undefined : 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', endpoint.startsWith('http') ? undefined : 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', endpoint.startsWith('http') ? undefined : 'local')
    const { code, said } = await simulate('--stream', 's', '--for', '1s', '--rate', '50/s')
    vi.unstubAllEnvs()
    expect([code, said]).toEqual([2, expect.stringContaining(message)])
    expect(said).toMatch(/records? (is|are) not sent: /)
    expect(said).not.toContain('    at ')
  })

  it('refuses an archive, and a file that is cut off, with what to give', async () => {
    const folder = temporaryFolder()
    const [zip, cut] = [path.join(folder, 'raw.zip'), path.join(folder, 'raw.csv.gz')]
    writeFileSync(zip, 'PK')
    writeFileSync(cut, gzipSync(readFileSync(rawFile(folder, 300))).subarray(0, 500))
    const [refused, broken] = [
      await simulate('--file', zip, '--out', '-'),
      await simulate('--file', cut, '--out', '-'),
    ]
    expect([refused.code, broken.code]).toEqual([2, 2])
    expect(refused.said).toContain('raw.zip is an archive: unpack it')
    expect(broken.said).toContain("raw.csv.gz can't be read: unexpected end of file; give a whole raw file")
  })

  it('tells ten bad lines of a file, and the number of all', async () => {
    const folder = temporaryFolder()
    const file = rawFile(folder, 3)
    writeFileSync(file, 'broken\n'.repeat(30), { flag: 'a' })
    const { said } = await simulate('--file', file, '--burst', '--out', path.join(folder, 'x'))
    expect(said.match(/column_count; left out/g)).toHaveLength(10)
    expect(said).toContain('Further lines that are no events are only counted.')
    expect(said).toContain('31 lines left out')
  })

  it.skipIf(!existsSync('/dev/full'))('says so where the disk is full', async () => {
    const file = rawFile(temporaryFolder(), 300)
    const { code, said } = await simulate('--file', file, '--burst', '--out', '/dev/full')
    expect([code, said]).toEqual([2, expect.stringContaining("the events can't be written: ENOSPC")])
    expect(said).not.toContain('    at ')
  })

  it('fails with a file that has no events', async () => {
    const file = rawFile(temporaryFolder(), 0)
    const { code, said } = await simulate('--file', file, '--out', path.join(temporaryFolder(), 'x'))
    expect(code).not.toBe(0)
    expect(said).toContain('has no event that could be replayed')
  })
})

describe('the live line', () => {
  const progress = { events: 12_345, elapsedMs: 10_000, resent: 7, at: START }

  it('says how many, how fast and where', () => {
    expect(progressLine(progress)).toBe('12,345 events, 1,235/s, at 2019-10-01T00:00:00, 7 sent again')
    expect(progressLine({ ...progress, resent: 0 })).toBe('12,345 events, 1,235/s, at 2019-10-01T00:00:00')
  })
})
