import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDocument } from '../files.ts'
import { AwsError, type Registry } from '../registry.ts'

const attribute = z.object({ DataType: z.string(), StringValue: z.string().optional() })

const publishInput = z.object({
  TopicArn: z.string(),
  Subject: z.string().max(100).optional(),
  Message: z.string().min(1),
  MessageAttributes: z.record(z.string(), attribute).optional(),
})

/** SNS as an outbox: each message is a file, named so that they sort by time. Nobody is subscribed. */
export const registerSnsActions = (
  registry: Registry,
  folder: string,
  /** ARNs of the topics that the deployment makes. */
  topics: readonly string[],
): void => {
  registry.register('sns', 'listTopics', z.object({}), async () => ({
    Topics: topics.map((TopicArn) => ({ TopicArn })),
  }))
  registry.register('sns', 'getTopicAttributes', z.object({ TopicArn: z.string() }), async ({ TopicArn }) => {
    if (!topics.includes(TopicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404)
    return {
      Attributes: new Map([
        ['TopicArn', TopicArn],
        ['SubscriptionsConfirmed', '0'],
        ['SubscriptionsPending', '0'],
        ['SubscriptionsDeleted', '0'],
      ]),
    }
  })
  registry.register('sns', 'listSubscriptions', z.object({}), async () => ({ Subscriptions: [] }))
  registry.register('sns', 'listSubscriptionsByTopic', z.object({ TopicArn: z.string() }), async () => ({
    Subscriptions: [],
  }))

  registry.register('sns', 'publish', publishInput, async (message) => {
    if (!/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(message.TopicArn))
      throw new AwsError('InvalidParameter', `Invalid parameter: TopicArn: ${message.TopicArn}`)
    if (Buffer.byteLength(message.Message) > 262_144)
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long')
    const MessageId = randomUUID()
    const publishedAt = new Date().toISOString()
    const name = `${publishedAt.replaceAll(/[:.]/g, '-')}-${MessageId}.json`
    writeDocument(join(folder, name), { MessageId, publishedAt, ...message })
    return { MessageId }
  })
}
