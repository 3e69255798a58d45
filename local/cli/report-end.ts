import path from 'node:path'
import { lakeCommands } from '../../lambdas/record-failure/commands.ts'
import { meaningOf, startAnewLine } from '../../lambdas/record-failure/meanings.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { EXIT } from './exit-codes.ts'
import { failureText } from './failure-text.ts'
import { duration } from './format.ts'
import { DEFAULT_LAKE, type Lake } from './open-lake.ts'

/** The folder of a lake as commands name it; '' where it is the usual one. */
export const folderOf = ({ root }: Pick<Lake, 'root'>): string =>
  root === path.resolve(DEFAULT_LAKE) ? '' : path.relative('.', root) || '.'

/** Says how an execution has ended, why, what that means, and what to type. */
export function reportEnd(
  lake: Lake,
  record: ExecutionRecord,
  ms: number,
  say: (text: string) => void,
): void {
  const { name, status, error } = record
  say(`${name}: ${status} in ${duration(ms)}`)
  if (error) say(`\n${failureText(error)}`)
  if (status === 'SUCCEEDED') return
  const { redrive, anew } = lakeCommands(record, lake.platform.names, folderOf(lake))
  const meaning = meaningOf(status, error?.name)
  const { means, mend, goOn } = meaning
  // Whoever stopped it knows what that means.
  if (status !== 'ABORTED') say(`\nWhat it means: ${means}\nWhat to do: ${mend}`)
  if (goOn === 'redrive' && lake.states.notRedrivable(record) === undefined)
    say(`\nTo go on where it ended, with the same input:\n  ${redrive}`)
  else say(`\n${startAnewLine(meaning)}\n  ${anew}`)
}

/** For scripts. */
export const exitCodeOf = ({ status }: ExecutionRecord): number =>
  status === 'SUCCEEDED' ? EXIT.success : status === 'ABORTED' ? EXIT.interrupted : EXIT.nightFailed
