import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { TestLake } from '../local/lake-harness.ts'

interface GlueRun {
  readonly state: string
  readonly startedAt: string
  readonly error?: string
}

/** The runs of Glue's job in a lake, the first one first: how each ended. */
export function glueRuns({ lake }: TestLake): Pick<GlueRun, 'state' | 'error'>[] {
  const folder = path.join(lake.root, 'runs/glue-jobs')
  const runs = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as GlueRun,
  )
  return runs
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map(({ state, error }) => ({ state, ...(error !== undefined && { error }) }))
}
