import path from 'node:path'
import type { Entry } from 'yauzl'
import type { RawFile } from '../shared/documents.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'

/** The one CSV of an archive, which may be accompanied by what macOS and Windows put beside it. */
export function onlyCsv(archive: RawFile, entries: readonly Entry[]): Entry {
  const files = entries.filter(({ fileName }) => !isBycatch(fileName))
  const [entry, ...others] = files
  if (!entry) throw refusal(archive, 'holds no file', 'pack one CSV')
  if (others.length > 0) {
    const names = files.map(({ fileName }) => fileName)
    throw refusal(archive, `holds ${files.length} files (${listing(names)})`, 'pack each CSV on its own')
  }
  if (!/\.csv$/i.test(entry.fileName))
    throw refusal(archive, `holds ${entry.fileName}, which is no .csv`, 'pack one CSV')
  if (entry.isEncrypted())
    throw refusal(archive, `has ${entry.fileName} encrypted`, 'pack it without a password')
  if (!entry.canDecodeFileData())
    throw refusal(
      archive,
      `has ${entry.fileName} packed by method ${entry.compressionMethod}`,
      'pack it with deflate',
    )
  return entry
}

const isBycatch = (name: string): boolean =>
  name.endsWith('/') ||
  name.startsWith('__MACOSX/') ||
  ['.DS_Store', 'Thumbs.db'].includes(path.posix.basename(name))

const refusal = (archive: RawFile, finding: string, remedy: string) =>
  new InvalidInputError(`${archive.key} ${finding}: ${remedy} and upload it again.`)
