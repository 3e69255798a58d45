import type { SliceFigures } from './documents.ts'

/** Lines of the stream that another sending or another slice has; undefined for exports, which have none. */
export const linesLeftOut = ({ leftOut }: Pick<SliceFigures, 'leftOut'>): number | undefined =>
  leftOut && leftOut.replayed + leftOut.neighbours
