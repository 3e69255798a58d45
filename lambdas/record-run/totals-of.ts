import type { RunRecord } from '../shared/documents.ts'

type Totals = Record<'read' | 'curated' | 'duplicates' | 'quarantined', number>

/** The rows of a night, over all its slices. */
export const totalsOf = ({ slices }: Pick<RunRecord, 'slices'>): Totals => ({
  read: sum(slices.map(({ read }) => read)),
  curated: sum(slices.map(({ curated }) => curated)),
  duplicates: sum(slices.map(({ duplicates }) => duplicates)),
  quarantined: sum(slices.map(({ quarantined }) => quarantined)),
})

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
