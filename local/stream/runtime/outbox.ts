import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument } from '../../files.ts'

const message = z.object({
  MessageId: z.string(),
  publishedAt: z.string(),
  TopicArn: z.string(),
  Subject: z.string().default(''),
  Message: z.string(),
})
/** A message as subscribers of its topic would have it. */
export type OutboxMessage = z.output<typeof message>

/** What was published to a topic of a lake, in the order of time; from an instant on where one is given. */
export function outboxMessages(root: string, topic: string, since?: Date): OutboxMessage[] {
  const folder = join(root, 'sns', 'outbox')
  // Names begin with the time, so that old messages need not be read.
  const from = since?.toISOString().replaceAll(/[:.]/g, '-') ?? ''
  return documentNames(folder)
    .filter((name) => name >= from)
    .map((name) => message.parse(readDocument(join(folder, name))))
    .filter(({ TopicArn }) => TopicArn.endsWith(`:${topic}`))
}
