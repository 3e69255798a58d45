// Writes docs/views.md and the table of views in README.md from the definitions: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readmeViews, viewsPage } from './views-page.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = path.join(root, 'README.md')
writeFileSync(readme, readmeViews(readFileSync(readme, 'utf8')))
writeFileSync(path.join(root, 'docs/views.md'), viewsPage())
