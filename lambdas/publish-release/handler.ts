import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { publishRelease } from './publish-release.ts'

export const event = z.object({ run: z.string() })

/** Makes what the night built the release that analysts see. */
export const handler = defineHandler('publish-release', event, ({ run }) => publishRelease(run))
