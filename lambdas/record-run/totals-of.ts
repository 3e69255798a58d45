import type { RunRecord } from '../shared/documents.ts'
import { linesLeftOut } from '../shared/lines-left-out.ts'

type Totals = Record<'read' | 'curated' | 'duplicates' | 'quarantined' | 'leftOut', number>

/** The rows of a night, over all its slices. */
export const totalsOf = ({ slices }: Pick<RunRecord, 'slices'>): Totals => ({
  read: sum(slices.map(({ read }) => read)),
  curated: sum(slices.map(({ curated }) => curated)),
  duplicates: sum(slices.map(({ duplicates }) => duplicates)),
  quarantined: sum(slices.map(({ quarantined }) => quarantined)),
  leftOut: sum(slices.map((slice) => linesLeftOut(slice) ?? 0)),
})

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
