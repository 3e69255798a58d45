import { KinesisClient } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** A client for AWS, or for what `AWS_ENDPOINT_URL_KINESIS` names: the SDK's own HTTP/2 does not speak plain HTTP. */
export const kinesisClient = (): KinesisClient => new KinesisClient({ requestHandler: new NodeHttpHandler() })
