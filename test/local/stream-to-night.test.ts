import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { MARTS } from '../../athena-views/index.ts'
import { userActivity } from '../../catalog/events.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { ORACLE_VIEWS, oracle, parseEvents, parseStreamEvents } from '../oracle/oracle.ts'
import { expectSameRows } from '../unit/athena-views/same-rows.ts'
import { hasSample, NO_SAMPLE, openTestLake, SAMPLE } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'stream-to-night-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const root = path.join(scratch, 'live')
const { rawBucket } = namesOf(DEFAULT_DEPLOYMENT)

/** What Firehose's part has persisted. */
const persisted = (): string => {
  const folder = path.join(root, 's3', rawBucket, 'ecomm_user_activity_stream')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.gz'),
  )
  return names.map((name) => gunzipSync(readFileSync(path.join(folder, name))).toString()).join('')
}

describe.skipIf(!hasSample)(
  hasSample ? 'the real sample, sent as live events and given as a file' : NO_SAMPLE,
  () => {
    it('is persisted by the stream and published by the next night: as many events as were sent', async () => {
      const sent = await runCommand('stream', '--lake', root, '--csv', SAMPLE, '--burst', '--stamp', 'sent')
      expect(sent.err).toBe('')
      expect(sent.code).toBe(0)
      const lines = persisted().trimEnd().split('\n')
      expect(lines).toHaveLength(1000)

      const { code, out } = await runCommand('start', '--lake', root, '--raw', SAMPLE)
      expect(code).toBe(0)
      expect(out).toMatch(/slice +read +curated +duplicates +quarantined +replayed +neighbours'/)
      const lake = await openTestLake('live', scratch)
      try {
        const counts = await lake.query(
          'select source, count(*) from ecommerce.user_activity group by 1 order by 1',
        )
        expect(counts).toEqual([
          ['csv', 1000n],
          ['stream', BigInt(new Set(lines).size)],
        ])
        const night = await lake.night()
        expect(night.record).toMatchObject({ status: 'unchanged' })
      } finally {
        await lake.lake[Symbol.asyncDispose]()
      }
    })

    it('is in every view what the oracle makes of the file and of the persisted lines', async () => {
      const events = [...parseEvents(readFileSync(SAMPLE, 'utf8')), ...parseStreamEvents(persisted())]
      const months = [...new Set(events.map(({ time }) => new Date(time).toISOString().slice(0, 7)))]
      const lake = await openTestLake('live', scratch)
      try {
        for (const view of ORACLE_VIEWS) {
          const columns = [...MARTS, userActivity].find(({ name }) => name === view)?.columns
          if (!columns) continue
          const { columns: names, rows } = await lake.lake.platform.query(
            `select ${Object.keys(columns).join(', ')} from ecommerce.${view}`,
          )
          const published = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])))
          expectSameRows(
            columns,
            published,
            months.flatMap((month) => oracle(view, events, month)),
          )
        }
      } finally {
        await lake.close()
      }
    })
  },
)
