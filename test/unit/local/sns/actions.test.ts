import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
import { expect, onTestFinished, test } from 'vitest'
import { clientConfig, openPlatform } from '../temporary-platform.ts'

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:ecomm-lakehouse-operations-dev'

test('a message lies in the outbox as a file', async () => {
  const platform = await openPlatform()
  const sns = new SNSClient(clientConfig(platform))
  onTestFinished(() => sns.destroy())
  const message = {
    TopicArn,
    Subject: 'Night r1',
    Message: 'a & b = "ü"\n',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'night' } },
  }
  const { MessageId } = await sns.send(new PublishCommand(message))
  const folder = join(platform.paths.root, 'sns/outbox')
  const [file = ''] = readdirSync(folder)
  expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({ MessageId, ...message })
})

test('an address that is none, and a message that is too long', async () => {
  const platform = await openPlatform()
  const sns = new SNSClient(clientConfig(platform))
  onTestFinished(() => sns.destroy())
  const failure = { name: 'InvalidParameterException' }
  await expect(sns.send(new PublishCommand({ TopicArn: 'x', Message: 'm' }))).rejects.toMatchObject(failure)
  const long = sns.send(new PublishCommand({ TopicArn, Message: 'ü'.repeat(140_000) }))
  await expect(long).rejects.toMatchObject(failure)
})

test('operators see the topics, and that nobody is subscribed', async () => {
  const platform = await openPlatform()
  const sns = new SNSClient(clientConfig(platform))
  onTestFinished(() => sns.destroy())
  const { Topics } = await sns.send(new ListTopicsCommand({}))
  expect(Topics).toContainEqual({ TopicArn })
  expect(Topics).toHaveLength(2)
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
  expect(Attributes).toMatchObject({ TopicArn, SubscriptionsConfirmed: '0' })
  await expect(sns.send(new GetTopicAttributesCommand({ TopicArn: `${TopicArn}x` }))).rejects.toMatchObject({
    name: 'NotFoundException',
  })
  for (const command of [new ListSubscriptionsCommand({}), new ListSubscriptionsByTopicCommand({ TopicArn })])
    expect((await sns.send(command as ListSubscriptionsCommand)).Subscriptions ?? []).toEqual([])
})
