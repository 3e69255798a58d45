import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { z } from 'zod'

const key = z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })
const attribute = z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })
const index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(key),
  Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']) }),
})
const properties = z.object({
  TableName: z.string(),
  KeySchema: z.array(key),
  AttributeDefinitions: z.array(attribute),
  GlobalSecondaryIndexes: z.array(index).optional(),
})

/**
 * What makes a table as its template says, but for what the emulation does not have: encryption, recovery, expiry.
 *
 * @param resolved Properties of an `AWS::DynamoDB::Table` or `GlobalTable` without intrinsic functions.
 */
export const tableInput = (resolved: unknown): CreateTableCommandInput => ({
  ...properties.parse(resolved),
  BillingMode: 'PAY_PER_REQUEST',
})
