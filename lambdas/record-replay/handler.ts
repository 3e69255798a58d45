import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { recordReplay } from './record-replay.ts'

export const event = z.object({ run: z.string(), execution: z.string(), startedAt: z.string() })

/** Writes what a replay has sent, and the message about it. */
export const handler = defineHandler('record-replay', event, recordReplay)
