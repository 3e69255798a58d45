const FIELD = /("(?:[^"]|"")*"|[^",]*)(,|$)/y

/**
 * The fields of a line of CSV, quotes taken off: a record is a line (docs/adr/0001). Undefined where a quote does not end or
 * stands within a field.
 */
export function csvFields(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  for (FIELD.lastIndex = 0; ; ) {
    const [, field, end] = FIELD.exec(line) ?? []
    if (field === undefined) return undefined
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === '') return fields
  }
}
