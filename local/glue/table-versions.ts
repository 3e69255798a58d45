import { join } from 'node:path'
import { documentNames, readDocument, writeDocument } from '../files.ts'
import { type StoredTable, storedTable } from './shapes.ts'

/** The former versions of a table, as an update of it leaves them: one readable file each. */
export class TableVersions {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  keep(table: StoredTable): void {
    writeDocument(this.#path(table.VersionId), table)
  }

  get(id: string): StoredTable | undefined {
    if (!/^\d+$/.test(id)) return undefined
    const document = readDocument(this.#path(id))
    return document === undefined ? undefined : storedTable.parse(document)
  }

  /** Newest first. */
  all(): StoredTable[] {
    return documentNames(this.#folder)
      .flatMap((name) => this.get(name.replace(/\.json$/, '')) ?? [])
      .sort((a, b) => Number(b.VersionId) - Number(a.VersionId))
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`)
  }
}
