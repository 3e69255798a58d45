import { LAKE } from '../../catalog/layout.ts'
import { type Verdict, verdicts } from '../../lambdas/shared/documents.ts'
import type { Lake } from './open-lake.ts'

/** A verdict with what it is about: a slice, the partition key, or a mart's month. */
export interface SubjectVerdict extends Verdict {
  readonly subject: string
}

/** The most severe first. */
export const SEVERITIES = [
  'halt',
  'quarantine',
  'warn',
  'pass',
] as const satisfies readonly Verdict['action'][]

const rank = ({ action }: Verdict): number => SEVERITIES.indexOf(action)

/** The documents with verdicts: of slices and of marts by their ends, and the one of the partition key. */
const isVerdicts = (key: string): boolean => /(\.gate|\.tests|\/partition-key)\.json$/.test(key)

const runOfKey = (key: string): string => key.slice(LAKE.runs.length).split('/')[0] ?? ''

/** The run that was judged last, whatever became of it; undefined where none was. */
export async function lastJudgedRun({ platform }: Lake): Promise<string | undefined> {
  const { objects } = await platform.objects.list(platform.names.lakeBucket, LAKE.runs)
  const newest = objects
    .filter(({ key }) => isVerdicts(key))
    .reduce<(typeof objects)[number] | undefined>(
      (best, next) => (best && best.lastModified >= next.lastModified ? best : next),
      undefined,
    )
  return newest && runOfKey(newest.key)
}

/** All verdicts of a run, the most severe first, then in the order of the night: partition key, slices, marts. */
export async function verdictsOfRun(lake: Lake, run: string): Promise<SubjectVerdict[]> {
  const keys = (await lake.documents(`${LAKE.runs}${run}/`)).filter(isVerdicts)
  const order = (key: string) =>
    ['partition-key.json', '.gate.json', '.tests.json'].findIndex((end) => key.endsWith(end))
  const documents = await Promise.all(
    keys.toSorted((a, b) => order(a) - order(b)).map((key) => lake.document(key, verdicts)),
  )
  return documents
    .flatMap((document) =>
      (document?.verdicts ?? []).map((verdict) => ({ subject: document?.subject ?? '', ...verdict })),
    )
    .toSorted((a, b) => rank(a) - rank(b))
}
