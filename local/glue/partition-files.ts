import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument, writeDocument } from '../files.ts'
import { type StoredPartition, storedPartition } from './shapes.ts'

const document = z.array(storedPartition)

const idOf = (values: readonly string[]): string => JSON.stringify(values)

/**
 * The partitions of one table, one file for each value of its first partition key: registering the 700 categories of a
 * version is a write of one file, and a version that goes takes its file along.
 */
export class PartitionFiles {
  readonly #folder: string
  readonly #byFirst = new Map<string, Map<string, StoredPartition>>()

  constructor(folder: string) {
    this.#folder = folder
    for (const name of documentNames(folder)) {
      const partitions = document.parse(readDocument(join(folder, name)))
      const first = partitions[0]?.Values[0]
      if (first !== undefined)
        this.#byFirst.set(first, new Map(partitions.map((partition) => [idOf(partition.Values), partition])))
    }
  }

  get(values: readonly string[]): StoredPartition | undefined {
    return this.#byFirst.get(values[0] ?? '')?.get(idOf(values))
  }

  /** All partitions in the order of their first key's values. */
  all(): StoredPartition[] {
    return [...this.#byFirst.keys()]
      .sort()
      .flatMap((first) => [...(this.#byFirst.get(first)?.values() ?? [])])
  }

  put(partitions: readonly StoredPartition[]): void {
    const touched = new Set<string>()
    for (const partition of partitions) {
      const first = partition.Values[0] ?? ''
      const group = this.#byFirst.get(first) ?? new Map<string, StoredPartition>()
      this.#byFirst.set(first, group.set(idOf(partition.Values), partition))
      touched.add(first)
    }
    for (const first of touched) this.#save(first)
  }

  remove(keys: readonly (readonly string[])[]): void {
    const touched = new Set<string>()
    for (const values of keys) {
      const first = values[0] ?? ''
      if (this.#byFirst.get(first)?.delete(idOf(values))) touched.add(first)
    }
    for (const first of touched) this.#save(first)
  }

  #save(first: string): void {
    const group = this.#byFirst.get(first)
    // A value can be anything; a file name can't.
    const path = join(this.#folder, `${encodeURIComponent(first).slice(0, 200)}.json`)
    if (group && group.size > 0) writeDocument(path, [...group.values()])
    else {
      this.#byFirst.delete(first)
      rmSync(path, { force: true })
    }
  }
}
