import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { archiveTask } from '../shared/night-state.ts'
import { unpackArchive } from './unpack-archive.ts'

export const event = z.object({ run: z.string(), archive: archiveTask })

/** Unpacks one archive of the raw zone into the CSV beside which the crawler and the jobs read. */
export const handler = defineHandler('unpack-archive', event, ({ archive }) => unpackArchive(archive))
