import { firstLines } from './file-beginning.ts'

export interface CsvSample {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const splitLine = (line: string): string[] =>
  line.includes('"')
    ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '',
      )
    : line.split(',')

/** Header and first rows of lines of CSV; undefined where there is none. */
export const csvSample = (lines: readonly string[]): CsvSample | undefined => {
  const [header, ...rows] = lines.map(splitLine)
  return header && { header, rows }
}

/** Header and first rows of a CSV file, plain or gzipped; undefined for an empty one. */
export const readCsvSample = async (path: string): Promise<CsvSample | undefined> =>
  csvSample(await firstLines(path))
