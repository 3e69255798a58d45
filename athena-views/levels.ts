import type { Mart } from './mart.ts'

/**
 * The marts in the order of building: each level reads only events and marts of the levels before it, so that the marts
 * of one level can be built side by side.
 */
export function levelsOf(marts: readonly Mart[]): Mart[][] {
  const built = new Set<string>()
  const levels: Mart[][] = []
  let waiting = [...marts]
  while (waiting.length > 0) {
    const unbuilt = (mart: Mart) => martsReadBy(mart).filter((read) => !built.has(read.name))
    const level = waiting.filter((mart) => unbuilt(mart).length === 0)
    if (level.length === 0) throw new Error(stuck(waiting, unbuilt))
    levels.push(level)
    for (const mart of level) built.add(mart.name)
    waiting = waiting.filter((mart) => !built.has(mart.name))
  }
  return levels
}

/** Every mart that a mart reads; the events are read beside them. */
export const martsReadBy = (mart: Mart): Mart[] => mart.reads.filter(isMart)

const isMart = (table: Mart['reads'][number]): table is Mart => 'query' in table

const stuck = (waiting: readonly Mart[], unbuilt: (mart: Mart) => Mart[]): string =>
  `No order to build these marts in: ${waiting
    .map((mart) => `${mart.name} reads ${unbuilt(mart).map((read) => read.name)}`)
    .join('; ')}. Break the cycle, or list the mart that is missing in athena-views/index.ts.`
