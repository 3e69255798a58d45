export interface Point {
  readonly x: number
  readonly y: number
}

/** How much y grows with x: the slope of the line that lies nearest to all points. */
export function slope(points: readonly Point[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map((one) => one.x)), mean(points.map((one) => one.y))]
  const spread = points.reduce((sum, one) => sum + (one.x - x) ** 2, 0)
  return points.reduce((sum, one) => sum + (one.x - x) * (one.y - y), 0) / spread
}
