import { findingStream } from '../../../catalog/stream.ts'
import { columnNames } from '../../../catalog/table.ts'
import { findingJson, parseFinding } from '../../../stream/findings.ts'

/** A value that differs from it and is of the same kind. */
function other(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value + 1n
  if (name === 'record') return value === 'kpi' ? 'alert' : 'kpi'
  if (name === 'severity') return value === 'high' ? 'medium' : 'high'
  if (name.startsWith('window_')) return '2019-10-01 13:00:07'
  if (name === 'details') {
    const [[detail, count] = ['none', 0n], ...rest] = Object.entries(value as Record<string, bigint>)
    return Object.fromEntries([[detail, count + 1n], ...rest])
  }
  return value === null ? 1n : `${value}x`
}

/** The same findings with one of them changed in each of its columns, one left out, one put in, by what was done. */
export function falsified(texts: ReadonlyMap<string, string>): [what: string, texts: Map<string, string>][] {
  const [id, text] = [...texts].find(([, one]) => parseFinding(one).severity !== null) ?? ['', '']
  const finding = parseFinding(text)
  const changed = columnNames(findingStream).map((name): [string, Map<string, string>] => {
    const wrong = { ...finding, [name]: other(name, finding[name as keyof typeof finding]) }
    return [name, new Map([...texts, [id, findingJson(wrong)]])]
  })
  const [first = ''] = texts.keys()
  return [
    ...changed,
    ['one left out', new Map([...texts].filter(([one]) => one !== first))],
    ['one put in', new Map([...texts, ['x', text]])],
  ]
}
