import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { markReleases } from './mark-releases.ts'

export const event = z.object({ run: z.string() })

/** Writes into the releases that lose a version that nobody can go back to them: before the first version goes. */
export const handler = defineHandler('mark-releases', event, ({ run }) => markReleases(run))
