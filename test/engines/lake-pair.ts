import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LAKE } from '../../catalog/layout.ts'
import { currentPointer, type Release, release } from '../../lambdas/shared/documents.ts'
import type { LakeOptions } from '../../local/cli/open-lake.ts'
import { openTestLake, type TestLake } from '../local/lake-harness.ts'
import { type Athena, athenaOf } from './athena-client.ts'

/** Two lakes that get the same files: one embedded whole, one whose Athena is Trino. */
export interface LakePair extends AsyncDisposable {
  readonly embedded: TestLake
  readonly trino: TestLake
  readonly athena: Athena
  /** Puts files into both raw zones. */
  put(...file: Parameters<TestLake['put']>): void
  /** Runs a night on each, one after the other; the status of both executions. */
  night(): Promise<[string, string]>
  /** What Trino's lake has published. */
  release(): Promise<Release>
}

export async function openLakePair(name: string, options: Omit<LakeOptions, 'lake'> = {}): Promise<LakePair> {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`))
  const embedded = await openTestLake('embedded', folder)
  const trino = await openTestLake('trino', folder, { athena: 'trino', ...options })
  const athena = athenaOf(trino.lake.platform)
  return {
    embedded,
    trino,
    athena,
    put(...file) {
      for (const lake of [embedded, trino]) lake.put(...file)
    },
    async night() {
      const ours = await embedded.night()
      const theirs = await trino.night()
      return [ours, theirs].map(({ execution }) => execution.error?.cause ?? execution.status) as [
        string,
        string,
      ]
    },
    async release() {
      const pointer = await trino.lake.document(LAKE.current, currentPointer)
      const found = pointer && (await trino.lake.document(LAKE.release(pointer.release), release))
      if (!found) throw new Error('nothing is published yet')
      return found
    },
    async [Symbol.asyncDispose]() {
      await athena[Symbol.asyncDispose]()
      await trino.close()
      await embedded.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
