import { z } from 'zod'
import { AwsError } from '../registry.ts'
import type { Streams } from './streams.ts'

export interface KinesisActionsOptions {
  readonly streams: Streams
  readonly account: string
  readonly region: string
}

export const streamName = z.string().regex(/^[\w.-]{1,128}$/)
/** Every action takes a stream by its name or by its ARN. */
export const aStream = { StreamName: streamName.optional(), StreamARN: z.string().optional() }

interface Address {
  readonly StreamName?: string | undefined
  readonly StreamARN?: string | undefined
}

/** How streams are spelled in one account and region. */
export const addressing = ({ account, region }: Omit<KinesisActionsOptions, 'streams'>) => {
  const prefix = `arn:aws:kinesis:${region}:${account}:stream/`
  return {
    arnOf: (name: string): string => `${prefix}${name}`,
    nameOf: ({ StreamName, StreamARN }: Address): string => {
      if (StreamARN !== undefined && !StreamARN.startsWith(prefix))
        throw new AwsError('ResourceNotFoundException', `Stream ${StreamARN} not found.`)
      const name = StreamARN?.slice(prefix.length) ?? StreamName
      if (name === undefined)
        throw new AwsError('InvalidArgumentException', 'Either StreamName or StreamARN has to be given.')
      return name
    },
  }
}

export const shardNumber = (id: string): number => {
  const [, digits] = /^shardId-(\d{1,12})$/.exec(id) ?? []
  if (digits === undefined) throw new AwsError('ResourceNotFoundException', `Could not find shard ${id}.`)
  return Number(digits)
}
