// Writes docs/parity.md from what the engines' tests compared: npm run test:engines
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parityPage } from './parity-page.ts'
import { readParitySections } from './parity-sections.ts'

writeFileSync(path.resolve(import.meta.dirname, '../docs/parity.md'), parityPage(readParitySections()))
