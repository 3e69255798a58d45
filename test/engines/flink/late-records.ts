import type { RunningFlink } from '../../../local/flink/start-flink.ts'
import { duration } from '../../../stream/rules/spoken.ts'
import { MINUTE, SECOND } from '../../../stream/rules/window.ts'

/** Which key and windows an operator has, in Flink's own description of it: `groupBy=[user_id], window=[HOP(…, size=[5 min], slide=[1 min])]`. */
const WINDOWS =
  /^\S+\((?:groupBy=\[(?<key>\w+)], )?window=\[(?:TUMBLE|HOP)\(.*?size=\[(?<size>[^\]]+)](?:, slide=\[(?<slide>[^\]]+)])?/
const UNITS: Readonly<Record<string, number>> = { s: SECOND, min: MINUTE }

const spoken = (length: string): string => {
  const [, amount = '', unit = ''] = /^(\d+) (s|min)$/.exec(length) ?? []
  return duration(Number(amount) * (UNITS[unit] ?? Number.NaN))
}

/** The name that the embedded engine has for the same windows. */
function nameOf(description: string): string {
  const { key = 'all', size = '', slide } = WINDOWS.exec(description)?.groups ?? {}
  return `${key}, ${spoken(size)}${slide === undefined ? '' : ` every ${spoken(slide)}`}`
}

/**
 * What each window operator of the job has dropped as late since the job was started: the windows as the embedded engine names
 * them, and the number. Several rules may have an operator each for the same windows. Records of a key that were late for the
 * same windows at the same time count once: Flink has added them up before.
 */
export async function lateRecords({ rest }: RunningFlink): Promise<[windows: string, late: number][]> {
  const job = await rest.job()
  if (!job) return []
  const found: [string, number][] = []
  for (const { id, description } of await rest.vertices(job.id))
    for (const [name, late] of await rest.metrics(job.id, id, '.numLateRecordsDropped')) {
      const operator = name.slice(0, name.lastIndexOf('.'))
      if (!operator.startsWith('GlobalWindowAggregate')) continue
      const [, number = ''] = /(\[\d+])$/.exec(operator) ?? []
      found.push([nameOf(description.slice(description.indexOf(`${number}:Global`))), late])
    }
  return found
}
