import { findingJson, parseFinding } from '../../../stream/findings.ts'

/** What a stream of findings says, by id. */
export interface Findings {
  /** The first text of each id, in the one spelling that a finding has. */
  readonly texts: ReadonlyMap<string, string>
  /** Records whose id had come before. */
  readonly repeated: number
  /** Ids of which a later record says something else. */
  readonly contradicted: readonly string[]
}

/** Reads records of stream 2, whichever engine wrote them: all columns, as their one JSON text. */
export function readFindings(records: readonly string[]): Findings {
  const texts = new Map<string, string>()
  const contradicted = new Set<string>()
  for (const record of records) {
    const finding = parseFinding(record)
    const text = findingJson(finding)
    const first = texts.get(finding.id)
    if (first === undefined) texts.set(finding.id, text)
    else if (first !== text) contradicted.add(finding.id)
  }
  return { texts, repeated: records.length - texts.size, contradicted: [...contradicted] }
}

/** Where two engines disagree; all empty where they don't. */
export interface Differences {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly different: readonly (readonly [expected: string, found: string])[]
}

export function compareFindings(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Differences {
  return {
    missing: [...expected.keys()].filter((id) => !found.has(id)),
    unexpected: [...found.keys()].filter((id) => !expected.has(id)),
    different: Array.from(expected, ([id, text]) => [text, found.get(id) ?? text] as const).filter(
      ([text, other]) => text !== other,
    ),
  }
}

export const SAME: Differences = { missing: [], unexpected: [], different: [] }

/** Dead letters have no id: all their columns are compared. After a restart one may come twice. */
export const distinctLetters = (records: readonly string[]): string[] =>
  [...new Set(records.map((text) => JSON.stringify(Object.entries(JSON.parse(text)).toSorted())))].toSorted()
