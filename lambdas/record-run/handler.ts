import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { defineHandler } from '../shared/define-handler.ts'
import { hold, type RunRecord } from '../shared/documents.ts'
import { findDocument, putDocument } from '../shared/documents-store.ts'
import { heldNote } from '../shared/held-note.ts'
import { readRun } from '../shared/read-run.ts'
import { recordEnd } from '../shared/record-end.ts'
import { measureRun } from './measure-run.ts'
import { messageOf } from './message-of.ts'

export const event = z.object({
  run: z.string(),
  execution: z.string(),
  startedAt: z.string(),
  /** What publish-release answered; missing where nothing was to be done. */
  release: z
    .object({
      release: z.string().nullable(),
      /** Of copies that the night has waited for. */
      ingestions: z.array(z.unknown()).default([]),
      warnings: z.array(z.string()).default([]),
    })
    .optional(),
})

/** Writes the audit of a night that came to its end, sends its figures, and writes the message about it. */
export const handler = defineHandler(
  'record-run',
  event,
  async ({ run, execution, startedAt, release }, { environment: { environment }, ...telemetry }) => {
    if (release?.release && release.ingestions.length > 0)
      await putDocument(LAKE.refreshed, { release: release.release })
    const [found, held] = await Promise.all([readRun(run), findDocument(hold, LAKE.hold)])
    const record: RunRecord = {
      run,
      status: release?.release === run ? 'published' : held ? 'held' : 'unchanged',
      startedAt,
      endedAt: new Date().toISOString(),
      release: release?.release ?? null,
      ...found,
      // A night that was planned before does not say it yet.
      warnings: [
        ...new Set([...(held ? [heldNote(held)] : []), ...found.warnings, ...(release?.warnings ?? [])]),
      ],
      error: null,
    }
    await recordEnd({ execution, record })
    await measureRun(execution, record, telemetry)
    return messageOf(record, environment)
  },
)
