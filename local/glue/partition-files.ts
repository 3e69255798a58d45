import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument, writeDocument } from '../files.ts'
import { partitionId } from './partition-id.ts'
import { type StoredPartition, storedPartition } from './shapes.ts'

const document = z.array(storedPartition)

/** A file name has at most 255 bytes; the suffix and that of an unfinished file belong to them. */
const LONGEST = 200
const HASH = 64

/** A value can be anything; a file name can't, and two values never share one: no plain one has a "+". */
const fileName = (value: string): string => {
  const plain = encodeURIComponent(value.toWellFormed())
  if (plain.length <= LONGEST && value.isWellFormed()) return `${plain}.json`
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return `${plain.slice(0, LONGEST - HASH - 1)}+${hash}.json`
}

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
      const stored = readDocument(join(folder, name))
      // Another process has just removed it.
      if (stored === undefined) continue
      const partitions = document.parse(stored)
      const first = partitions[0]?.Values[0]
      if (first !== undefined)
        this.#byFirst.set(
          first,
          new Map(partitions.map((partition) => [partitionId(partition.Values), partition])),
        )
    }
  }

  get(values: readonly string[]): StoredPartition | undefined {
    return this.#byFirst.get(values[0] ?? '')?.get(partitionId(values))
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
      this.#byFirst.set(first, group.set(partitionId(partition.Values), partition))
      touched.add(first)
    }
    for (const first of touched) this.#save(first)
  }

  remove(keys: readonly (readonly string[])[]): void {
    const touched = new Set<string>()
    for (const values of keys) {
      const first = values[0] ?? ''
      if (this.#byFirst.get(first)?.delete(partitionId(values))) touched.add(first)
    }
    for (const first of touched) this.#save(first)
  }

  #save(first: string): void {
    const group = this.#byFirst.get(first)
    const path = join(this.#folder, fileName(first))
    if (group && group.size > 0) writeDocument(path, [...group.values()])
    else {
      this.#byFirst.delete(first)
      rmSync(path, { force: true })
    }
  }
}
