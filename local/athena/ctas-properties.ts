export interface CtasProperties {
  readonly location: string | undefined
  readonly compression: string
  readonly partitionedBy: readonly string[]
}

const PROPERTY = /^\s*(\w+)\s*=\s*(?:'((?:[^']|'')*)'|ARRAY\s*\[([^\]]*)\]|(true|false))\s*(?:,|$)/i

const COMPRESSIONS = ['ZSTD', 'SNAPPY', 'GZIP', 'UNCOMPRESSED', 'NONE']

/** The WITH clause of a CREATE TABLE AS in Athena's spelling. */
export const parseCtasProperties = (text: string): CtasProperties => {
  const found = new Map<string, string>()
  const arrays = new Map<string, string[]>()
  for (let rest = text.trim(); rest !== ''; ) {
    const [whole, name = '', value, array, flag] = PROPERTY.exec(rest) ?? []
    if (whole === undefined)
      throw new Error(`SYNTAX_ERROR: the table properties end in ${JSON.stringify(rest)}`)
    if (array !== undefined)
      arrays.set(
        name.toLowerCase(),
        [...array.matchAll(/'([^']*)'/g)].map(([, item]) => item ?? ''),
      )
    else found.set(name.toLowerCase(), value?.replaceAll("''", "'") ?? flag ?? '')
    rest = rest.slice(whole.length)
  }
  const known = [
    'format',
    'write_compression',
    'parquet_compression',
    'external_location',
    'partitioned_by',
    'table_type',
    'is_external',
  ]
  const unknown = [...found.keys(), ...arrays.keys()].filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`NOT_SUPPORTED: the table property ${unknown.join(', ')} is not emulated`)
  if ((found.get('format') ?? 'PARQUET').toUpperCase() !== 'PARQUET')
    throw new Error(`NOT_SUPPORTED: only format = 'PARQUET' is emulated, not '${found.get('format')}'`)
  const compression = (
    found.get('write_compression') ??
    found.get('parquet_compression') ??
    'GZIP'
  ).toUpperCase()
  if (!COMPRESSIONS.includes(compression))
    throw new Error(`NOT_SUPPORTED: write_compression = '${compression}'`)
  return {
    location: found.get('external_location'),
    compression: compression === 'NONE' ? 'UNCOMPRESSED' : compression,
    partitionedBy: arrays.get('partitioned_by') ?? [],
  }
}
