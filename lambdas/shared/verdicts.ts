import type { Verdict } from './documents.ts'
import { QualityHaltError } from './errors.ts'

type Action = Verdict['action']

const SEVERITY: readonly Action[] = ['pass', 'warn', 'quarantine', 'halt']

/** The most severe of the actions; nothing to judge passes. */
export const worstAction = (verdicts: readonly Verdict[]): Action =>
  SEVERITY[Math.max(0, ...verdicts.map(({ action }) => SEVERITY.indexOf(action)))] ?? 'pass'

/** Messages of the verdicts with this action. */
export const messagesOf = (verdicts: readonly Verdict[], action: Action): string[] =>
  verdicts.filter((verdict) => verdict.action === action).map(({ message }) => message)

/** Ends the night where a verdict says so, with the messages of all that do. */
export function haltWhereAsked(subject: string, verdicts: readonly Verdict[]): void {
  const halting = messagesOf(verdicts, 'halt')
  if (halting.length > 0)
    throw new QualityHaltError(`${subject}: ${halting.join(' ')} Nothing was published.`)
}
