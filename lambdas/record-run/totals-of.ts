import type { RunRecord } from '../shared/documents.ts'

type Totals = Record<'read' | 'curated' | 'duplicates' | 'quarantined' | 'leftOut', number>

/** The rows of a night, over all its slices. */
export const totalsOf = ({ slices }: Pick<RunRecord, 'slices'>): Totals => ({
  read: sum(slices.map(({ read }) => read)),
  curated: sum(slices.map(({ curated }) => curated)),
  duplicates: sum(slices.map(({ duplicates }) => duplicates)),
  quarantined: sum(slices.map(({ quarantined }) => quarantined)),
  /** Lines of the stream that another sending or another slice has. */
  leftOut: sum(slices.map(({ leftOut }) => (leftOut ? leftOut.replayed + leftOut.neighbours : 0))),
})

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
