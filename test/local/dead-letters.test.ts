import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { runCommand } from './run-command.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'dead-letters-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const lake = path.join(folder, 'lake')

const letters = async (...args: string[]) => (await runCommand('dead-letters', ...args, '--lake', lake)).out

it('lists what was no event, with its reasons and its text', async () => {
  {
    await using open = await openLake({ lake, exclusive: true, memory: '1GB', threads: 1 })
    const { signal } = new AbortController()
    await open.platform.registry.call(
      'kinesis',
      'PutRecords',
      {
        StreamName: namesOf(DEFAULT_DEPLOYMENT).eventStream,
        Records: ['no JSON', `{"event_type":"view","raw":"${'x'.repeat(90)}"}`].map((text) => ({
          PartitionKey: 'k',
          Data: Buffer.from(text).toString('base64'),
        })),
      },
      { signal },
    )
  }
  expect(await letters()).toBe('(no rows)\n')
  const { code, out } = await runCommand('stream', '--for', '0s', '--lake', lake)
  expect([code, out]).toEqual([0, expect.stringContaining('2 dead letters')])

  const found: Record<string, string>[] = JSON.parse(await letters('--format', 'json'))
  expect(found.map(({ reasons }) => reasons).toSorted()).toEqual([
    'event_time,product_id,category_id,user_id,txn_timestamp',
    'json',
  ])
  expect(found.find(({ reasons }) => reasons === 'json')).toMatchObject({
    raw: 'no JSON',
    shard: expect.stringContaining('shardId-'),
    sequence_number: expect.stringMatching(/^\d+$/),
    arrived: expect.stringMatching(/^\d{4}-/),
  })
  const table = await letters()
  expect(table).toContain('no JSON')
  expect(table).toContain('…')
  expect(table).not.toContain('x'.repeat(90))
  expect(JSON.parse(await letters('--limit', '1', '--format', 'json'))).toHaveLength(1)
})

it('needs a lake', async () => {
  const { code, err } = await runCommand('dead-letters', '--lake', path.join(folder, 'none'))
  expect([code, err]).toEqual([2, expect.stringContaining('there is no lake')])
})
