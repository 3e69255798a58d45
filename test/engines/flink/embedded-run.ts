import { setTimeout as sleep } from 'node:timers/promises'
import type { RunNames, Stage } from './stage.ts'

/** Lets the embedded engine read all that a stream has, and leaves the windows open that nothing has closed. */
export async function embeddedRun(stage: Stage, names: RunNames) {
  const { reader, running } = stage.startEmbedded(names)
  const sent = stage.count(names.events)
  while (reader.progress.records < sent) await sleep(20)
  await reader.stop()
  await running
  return reader.progress
}
