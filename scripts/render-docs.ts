// Writes docs/views.md, docs/quality.md, docs/wire.md, the notebook of Flink Studio and the tables of views, dialects and costs in README.md from the definitions: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readmeCost } from './cost-table.ts'
import { readmeDialects } from './dialects-table.ts'
import { flinkNotebook } from './flink-notebook.ts'
import { qualityPage } from './quality-page.ts'
import { readmeViews, viewsPage } from './views-page.ts'
import { wirePage } from './wire-page.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = path.join(root, 'README.md')
writeFileSync(readme, await readmeCost(readmeDialects(readmeViews(readFileSync(readme, 'utf8')))))
writeFileSync(path.join(root, 'docs/views.md'), viewsPage())
writeFileSync(path.join(root, 'docs/quality.md'), qualityPage())
writeFileSync(path.join(root, 'docs/wire.md'), await wirePage())
writeFileSync(path.join(root, 'stream/flink-app/ecomm-streaming.zpln'), flinkNotebook())
