import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { listing } from '../../lambdas/shared/listing.ts'

/** A raw file as the user has it. */
export interface SourceFile {
  readonly path: string
  /** As it lies below the folder that was asked for. */
  readonly name: string
  readonly kind: 'csv' | 'gzip' | 'zip'
  readonly stats: Stats
}

const REMEDY = 'give a .csv, .csv.gz or .zip, or a folder of them'
const PARTITION = /^p_(?:year|month|day)=\d+$/

const kindOf = (name: string): SourceFile['kind'] | undefined =>
  /\.csv$/i.test(name) ? 'csv' : /\.gz$/i.test(name) ? 'gzip' : /\.zip$/i.test(name) ? 'zip' : undefined

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is a file',
  EACCES: 'is not readable for this user',
  EPERM: 'is not readable for this user',
  ELOOP: 'is a link to itself',
}

/** What the file system refused, said of the path that the user gave. */
export const unreadable = (path: string, error: unknown): unknown => {
  const why = WHY[(error as NodeJS.ErrnoException).code ?? '']
  return why === undefined ? error : new InvalidInputError(`${path} ${why}: ${REMEDY}.`)
}

const statsOf = async (path: string): Promise<Stats> =>
  await stat(path).catch((error) => {
    throw unreadable(path, error)
  })

/** Names that hide a file, here and for Glue and Athena, which pass over `_` too. */
const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('_')

/** The raw files of a path: the file itself, or those of the folder and of its partition folders (`p_year=…/p_month=…`). */
export const sourceFiles = async (source: string, onNote?: (note: string) => void): Promise<SourceFile[]> => {
  const path = resolve(source)
  const stats = await statsOf(path)
  if (stats.isDirectory()) {
    const others: string[] = []
    const files = await filesOf(path, '', others)
    const skipped = others.length > 0 ? `passed over, being no raw files: ${listing(others)}` : undefined
    if (files.length === 0)
      throw new InvalidInputError(`${source} holds no raw file${skipped ? ` (${skipped})` : ''}: ${REMEDY}.`)
    if (skipped !== undefined) onNote?.(`${source}: ${skipped}`)
    return files
  }
  const kind = kindOf(path)
  if (!stats.isFile() || kind === undefined)
    throw new InvalidInputError(`${source} is no raw file: ${REMEDY}.`)
  if (isHidden(basename(path)))
    throw new InvalidInputError(
      `${source} begins with "${basename(path)[0]}" and would be hidden: rename it.`,
    )
  return [{ path, name: basename(path), kind, stats }]
}

const filesOf = async (folder: string, base: string, others: string[]): Promise<SourceFile[]> => {
  const names = await readdir(folder).catch((error) => {
    throw unreadable(folder, error)
  })
  const found: SourceFile[] = []
  for (const entry of names.sort()) {
    if (entry.startsWith('.')) continue
    const path = join(folder, entry)
    const name = base + entry
    const stats = await statsOf(path)
    const kind = kindOf(entry)
    if (stats.isDirectory() && PARTITION.test(entry)) found.push(...(await filesOf(path, `${name}/`, others)))
    else if (stats.isFile() && kind !== undefined && !isHidden(entry)) found.push({ path, name, kind, stats })
    else others.push(stats.isDirectory() ? `${name}/` : name)
  }
  return found
}
