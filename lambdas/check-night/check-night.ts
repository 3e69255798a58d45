import { setTimeout as sleep } from 'node:timers/promises'
import { LAKE } from '../../catalog/layout.ts'
import { hold } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { PublicationHeldError } from '../shared/errors.ts'
import { listExecutions, spelled } from '../shared/executions.ts'
import { heldNote } from '../shared/held-note.ts'

interface Night {
  readonly isRunning: boolean
  /** Which one. */
  readonly night: string | null
}

/**
 * How long it waits by itself before it leaves the waiting to the state machine, each round of which adds to the history.
 * Milliseconds.
 */
const PATIENCE = { longest: 20_000, pause: 500 }

export async function checkNight(
  { run, publishes }: { run: string; publishes: boolean },
  { longest, pause } = PATIENCE,
): Promise<Night> {
  const held = publishes ? await findDocument(hold, LAKE.hold) : undefined
  if (held)
    throw new PublicationHeldError(
      `What ${run} has curated is kept. ${heldNote(held)} Then redrive this execution: it goes on to publish.`,
    )
  const until = Date.now() + longest
  for (;;) {
    const [running] = await listExecutions('nightly', 'RUNNING')
    if (!running) return { isRunning: false, night: null }
    if (Date.now() >= until) return { isRunning: true, night: spelled(running) }
    await sleep(pause)
  }
}
