import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { s3 } from '../shared/clients.ts'
import { defineHandler } from '../shared/define-handler.ts'

export const event = z.object({ run: z.string() })

/** Lets nights publish again. */
export const handler = defineHandler('release-hold', event, async (_, { environment: { lakeBucket } }) => {
  await s3().send(new DeleteObjectCommand({ Bucket: lakeBucket, Key: LAKE.hold }))
  return { resumed: true }
})
