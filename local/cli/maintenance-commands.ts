import type { Command } from 'commander'
import { registerBackfill } from './backfill-command.ts'
import { registerReplay } from './replay-command.ts'
import { registerRollback } from './rollback-command.ts'
import { registerVacuum } from './vacuum-command.ts'

/** The machines beside the night, as commands. */
export function registerMaintenanceCommands(program: Command): void {
  registerBackfill(program)
  registerRollback(program)
  registerVacuum(program)
  registerReplay(program)
}
