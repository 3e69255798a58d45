import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { sendEvents } from './send-events.ts'

export const event = z.object({ run: z.string(), execution: z.string() })

/** Of the 15 minutes that a Lambda has: what is left is for records that the stream does not take at once. */
const USUAL_ROUND_SECONDS = 12 * 60

/** Sends persisted events into stream 1 again, from where the former call has come to. */
export const handler = defineHandler('send-events', event, async (replay, { measure }) => {
  const seconds = Number(process.env.REPLAY_ROUND_SECONDS ?? USUAL_ROUND_SECONDS)
  const round = await sendEvents(replay, { roundMs: seconds * 1000 })
  measure({ EventsReplayed: round.sent })
  return round
})
