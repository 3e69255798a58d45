// What a night costs on this machine: generate a month, run it, run it unchanged, run one with 1,000 rows.
//   npm run bench:batch -- --rows 5000000 [--memory 4GB] [--threads 2] [--keep]
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { monthPartition, RAW } from '../catalog/layout.ts'
import { DEFAULT_DEPLOYMENT, namesOf } from '../catalog/names.ts'
import { sliceMetrics } from '../lambdas/shared/documents.ts'
import { duration, number, render } from '../local/cli/format.ts'
import { generateMonth } from '../local/generate/generate-month.ts'
import { type Measured, measureChild } from './measure-child.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    memory: { type: 'string', default: '4GB' },
    threads: { type: 'string', default: String(cpus().length) },
    keep: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
if (!Number.isInteger(rows) || rows < 1)
  throw new Error(`--rows takes a whole number above 0, not ${values.rows}`)

const MIB = 1024 * 1024
const CLI = path.resolve(import.meta.dirname, '../local/cli/main.ts')
const MONTH = '2019-10'
const names = namesOf(DEFAULT_DEPLOYMENT)
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-batch-'))
const lake = path.join(scratch, 'lake')

const night = (args: readonly string[] = []) =>
  measureChild({
    script: CLI,
    args: ['--lake', lake, '--memory', values.memory, '--threads', values.threads, 'start', ...args],
    scratch,
    watch: path.join(lake, 'work'),
  })

const shown = z.object({ name: z.string(), steps: z.array(z.tuple([z.string(), z.number(), z.number()])) })

/** The steps of the newest execution, in milliseconds. */
async function steps(): Promise<Map<string, { visits: number; ms: number }>> {
  const { stdout } = await measureChild({
    script: CLI,
    args: ['--lake', lake, 'show', '--format', 'json'],
    scratch,
  })
  const execution = shown.parse(JSON.parse(stdout))
  return new Map(execution.steps.map(([step, visits, ms]) => [step, { visits, ms }]))
}

const perSecond = (count: number, ms: number) => number(Math.round((count / ms) * 1000))
const line = (what: string, ms: number, of: number, measured?: Measured) => [
  what,
  duration(ms),
  of > 0 ? perSecond(of, ms) : '',
  measured ? number(Math.round(measured.peakRssBytes / MIB)) : '',
  measured?.peakFolderBytes ? number(Math.round(measured.peakFolderBytes / MIB)) : '',
]

async function main(): Promise<void> {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  process.stdout.write(
    `${number(rows)} rows, engine limit ${values.memory}, ${values.threads} threads, ${machine}\n`,
  )
  const file = path.join(lake, 's3', names.rawBucket, RAW.uncompressed, monthPartition(MONTH), '2019-Oct.csv')
  mkdirSync(path.dirname(file), { recursive: true })
  const from = performance.now()
  const made = await generateMonth({ month: MONTH, rows, seed: 42, path: file })
  const table = [line('generate', performance.now() - from, rows)]

  // The first start also synthesises the state machine; a dry run takes that out of the measured night.
  await night(['--dry-run'])
  const full = await night()
  const fullSteps = await steps()
  table.push(line('full night', full.wallMs, rows, full))
  table.push(line('  curate', fullSteps.get('CurateSlices')?.ms ?? 0, rows))
  table.push(line('  marts', fullSteps.get('BuildLevels')?.ms ?? 0, rows))

  const unchanged = await night()
  const unchangedSteps = [...(await steps()).values()]
  table.push(line('unchanged night', unchanged.wallMs, 0, unchanged))
  const visits = unchangedSteps.reduce((sum, step) => sum + step.visits, 0)
  const stepMs = unchangedSteps.reduce((sum, step) => sum + step.ms, 0) / Math.max(visits, 1)

  const small = path.join(scratch, '2019-11.csv')
  await generateMonth({ month: '2019-11', rows: 1000, seed: 42, path: small })
  const added = await night(['--raw', small, '--months', '2019-11'])
  table.push(line('night with 1,000 new rows', added.wallMs, 0, added))

  process.stdout.write(
    render({ columns: ['what', 'wall', 'rows/s', 'peak RSS MiB', 'spill MiB'], rows: table }, 'table'),
  )
  process.stdout.write(
    `\nraw ${number(made.bytes)} bytes; a step of an unchanged night: ${stepMs.toFixed(1)} ms\n`,
  )
  const slice = firstSlice()
  process.stdout.write(
    `curated ${number(slice.curated)} rows in ${number(slice.files)} files (${(slice.files / slice.categories).toFixed(2)} a category), ${number(slice.bytes)} bytes\n`,
  )
}

/** The metrics document of the full night. */
function firstSlice() {
  const document = path.join(lake, 's3', names.lakeBucket, 'control/runs/r2', `csv-${MONTH}.metrics.json`)
  return sliceMetrics.parse(JSON.parse(readFileSync(document, 'utf8')))
}

try {
  await main()
} finally {
  if (values.keep) process.stdout.write(`kept: ${scratch}\n`)
  else rmSync(scratch, { recursive: true, force: true })
}
