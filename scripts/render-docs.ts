// Writes docs/views.md and the tables of views and dialects in README.md from the definitions: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readmeDialects } from './dialects-table.ts'
import { readmeViews, viewsPage } from './views-page.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = path.join(root, 'README.md')
writeFileSync(readme, readmeDialects(readmeViews(readFileSync(readme, 'utf8'))))
writeFileSync(path.join(root, 'docs/views.md'), viewsPage())
