import type { Candidate } from '../shared/documents.ts'
import { OvertakenError } from '../shared/errors.ts'

/** Another release than the one that a run was built on is current. */
export const overtaken = (
  { run, base }: Pick<Candidate, 'run' | 'base'>,
  current: string | null,
  outcome?: string,
): OvertakenError =>
  new OvertakenError(
    [
      `Run ${run} was built on ${base ?? 'an empty lake'}, but ${current ?? 'no release'} is current now.`,
      ...(outcome === undefined ? [] : [outcome]),
      'Start a new execution; it will build only what is still missing.',
    ].join(' '),
  )
