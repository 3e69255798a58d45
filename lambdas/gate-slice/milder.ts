import type { Verdict } from '../shared/documents.ts'

/**
 * The verdict on a slice of the stream, a step milder. Nobody can give a stream again, and one bad sender is not to take the
 * month from all others, nor the night from the exports: what would halt sets aside, what would set aside warns.
 */
export const milder = (verdict: Verdict): Verdict => {
  if (verdict.action === 'halt') return { ...verdict, action: 'quarantine' }
  return verdict.action === 'quarantine' ? { ...verdict, action: 'warn' } : verdict
}
