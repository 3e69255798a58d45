import type { Hold } from './documents.ts'

/** What whoever looks at a night is told while nothing may be published. */
export const heldNote = ({ release, since, by, reason }: Hold): string =>
  `Publication is held at release ${release} since ${since} (${reason ?? 'no reason given'}; ${by}). Nothing is published ` +
  'until somebody resumes: start the rollback machine with {"resume":true} (npm run lake -- rollback --resume).'
