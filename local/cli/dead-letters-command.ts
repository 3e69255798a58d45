import type { Command } from 'commander'
import { z } from 'zod'
import { deadLetterStream } from '../../catalog/stream.ts'
import { tableCommand, wholeNumber } from './command-options.ts'
import { shorten, type Table } from './format.ts'
import type { Lake } from './open-lake.ts'

const shards = z.object({ Shards: z.array(z.object({ ShardId: z.string() })) })
const iterator = z.object({ ShardIterator: z.string() })
const page = z.object({
  Records: z.array(z.object({ Data: z.string() })),
  NextShardIterator: z.string().nullish(),
  MillisBehindLatest: z.number(),
})
const columns = Object.keys(deadLetterStream.columns) as (keyof typeof deadLetterStream.columns)[]
const letter = z.object({
  raw: z.string(),
  reasons: z.string(),
  shard: z.string(),
  sequence_number: z.string(),
  arrived: z.string(),
}) satisfies z.ZodType<Record<(typeof columns)[number], string>>
type Letter = z.output<typeof letter>

/** So much of a record fits beside the rest of its row; JSON and CSV have all of it. */
const SHOWN = 60

/** All that the stream still has, in the order of its shards. */
async function deadLetters({ platform }: Lake, signal: AbortSignal): Promise<Letter[]> {
  const StreamName = platform.names.deadLetterStream
  const ask = async <S extends z.ZodType>(action: string, input: object, answer: S): Promise<z.output<S>> =>
    answer.parse(await platform.registry.call('kinesis', action, input, { signal }))
  const found: Letter[] = []
  for (const { ShardId } of (await ask('ListShards', { StreamName }, shards)).Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
    let next: string | null | undefined = (await ask('GetShardIterator', start, iterator)).ShardIterator
    while (next) {
      const got: z.output<typeof page> = await ask('GetRecords', { ShardIterator: next }, page)
      for (const { Data } of got.Records)
        found.push(letter.parse(JSON.parse(Buffer.from(Data, 'base64').toString())))
      next = got.MillisBehindLatest === 0 ? undefined : got.NextShardIterator
    }
  }
  return found
}

export function registerDeadLetters(program: Command): void {
  const command = program
    .command('dead-letters')
    .description('list records of stream 1 that are no events, the newest first: reasons, place, text')
    .option('--limit <count>', 'how many', wholeNumber, 100)
    .addHelpText(
      'after',
      `
They are kept as long as their stream keeps them; the raw zone has the records whole.

Examples:
  npm run lake -- dead-letters
  npm run lake -- dead-letters --format json`,
    )
  tableCommand(command, async (lake): Promise<Table> => {
    const { limit, format } = command.opts<{ limit: number; format: string }>()
    const letters = (await deadLetters(lake, AbortSignal.timeout(60_000)))
      .toSorted((a, b) => b.arrived.localeCompare(a.arrived))
      .slice(0, limit)
    const rows = letters.map((one) =>
      columns.map((name) => (name === 'raw' && format === 'table' ? shorten(one.raw, SHOWN) : one[name])),
    )
    return { columns, rows }
  })
}
