import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** What a run of the engines' tests compared: a part of docs/parity.md. */
export const paritySection = z.object({
  title: z.string(),
  /** What was compared, and how. */
  text: z.string(),
  tables: z.array(
    z.object({
      caption: z.string().optional(),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.union([z.string(), z.number()]))),
    }),
  ),
})
export type ParitySection = z.infer<typeof paritySection>

/** Kept, so that a run of one engine leaves what another one said. */
const FOLDER = path.resolve(import.meta.dirname, '../docs/parity')

export function writeParitySection(name: string, section: ParitySection, folder = FOLDER): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    path.join(folder, `${name}.json`),
    `${JSON.stringify(paritySection.parse(section), null, 2)}\n`,
  )
}

/** All sections, in the order of their files' names. */
export function readParitySections(folder = FOLDER): ParitySection[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => paritySection.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))))
}
