import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** An endpoint on this machine asks for no account: a region and keys are made up where the environment has none. */
function ofThisMachine(): KinesisClientConfig {
  const { env } = process
  const endpoint = env.AWS_ENDPOINT_URL_KINESIS ?? env.AWS_ENDPOINT_URL ?? ''
  if (!/^http:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(endpoint)) return {}
  const hasKeys = env.AWS_ACCESS_KEY_ID !== undefined || env.AWS_PROFILE !== undefined
  return {
    ...(env.AWS_REGION === undefined && { region: env.AWS_DEFAULT_REGION ?? 'us-east-1' }),
    ...(!hasKeys && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}

/** A client for AWS, or for what `AWS_ENDPOINT_URL_KINESIS` names: the SDK's own HTTP/2 does not speak plain HTTP. */
export const kinesisClient = (): KinesisClient =>
  new KinesisClient({ requestHandler: new NodeHttpHandler(), ...ofThisMachine() })
