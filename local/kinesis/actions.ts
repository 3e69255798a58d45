import type { Registry } from '../registry.ts'
import type { KinesisActionsOptions } from './addressing.ts'
import { registerRecordActions } from './record-actions.ts'
import { registerStreamActions } from './stream-actions.ts'

/** Kinesis Data Streams' API on the registry. */
export function registerKinesisActions(registry: Registry, options: KinesisActionsOptions): void {
  registerStreamActions(registry, options)
  registerRecordActions(registry, options)
}
