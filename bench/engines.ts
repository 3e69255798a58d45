// The same curation on the embedded engine and on Spark local[2], one after the other:
//   npm run bench:engines -- --rows 2000000 [--memory 4GB]
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { number, render } from '../local/cli/format.ts'
import { GROUPS_VARIABLE } from '../local/engines/process-groups.ts'
import { installSpark } from '../local/spark/install-spark.ts'
import { makeSlice } from './bench-slice.ts'
import { groupMemory } from './group-memory.ts'
import { measureChild } from './measure-child.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, memory: { type: 'string', default: '4GB' } },
})
const rows = Number(values.rows)
if (!Number.isInteger(rows) || rows < 1)
  throw new Error(`--rows takes a whole number above 0, not ${values.rows}`)

const MIB = 2 ** 20
const SAMPLE_MS = 100
/** As good as nothing to do: what is left is the start of the engine. */
const FEW_ROWS = 1000

const root = mkdtempSync(path.join(tmpdir(), 'bench-engines-'))
const groups = path.join(root, 'groups')
mkdirSync(groups)
process.env[GROUPS_VARIABLE] = groups

interface Figures {
  readonly seconds: number
  readonly peakBytes: number
}

async function measure(engine: 'embedded' | 'spark', run: string): Promise<Figures> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, groupMemory(readdirSync(groups).map(Number)))
  }, SAMPLE_MS)
  try {
    const { wallMs, peakRssBytes } = await measureChild({
      script: path.join(import.meta.dirname, 'curate-job.ts'),
      args: [root, run, engine, values.memory],
      scratch: root,
    })
    // Spark is a group of processes beside the one that waits for it.
    return { seconds: wallMs / 1000, peakBytes: engine === 'spark' ? peak : peakRssBytes }
  } finally {
    clearInterval(timer)
  }
}

const line = (engine: string, all: Figures, start: Figures) => [
  engine,
  all.seconds.toFixed(1),
  start.seconds.toFixed(1),
  number(Math.round(rows / all.seconds)),
  number(Math.round(rows / Math.max(all.seconds - start.seconds, 0.1))),
  all.peakBytes > 0 ? number(Math.round(all.peakBytes / MIB)) : 'only on Linux',
]

try {
  await installSpark({ say: console.log })
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  console.log(`${number(rows)} rows, memory limit ${values.memory}, 2 threads, ${machine}`)
  await makeSlice(root, 'few', Math.min(FEW_ROWS, rows))
  await makeSlice(root, 'all', rows)
  const embedded = [await measure('embedded', 'all'), await measure('embedded', 'few')] as const
  const spark = [await measure('spark', 'all'), await measure('spark', 'few')] as const
  console.log(
    render(
      {
        columns: ['engine', 's', 's for 1,000 rows', 'rows/s', 'rows/s without start', 'peak RSS MiB'],
        rows: [line('embedded', ...embedded), line('Spark local[2]', ...spark)],
      },
      'table',
    ),
  )
  const without = (spark[0].seconds - spark[1].seconds) / (embedded[0].seconds - embedded[1].seconds)
  console.log(
    `embedded is ${(spark[0].seconds / embedded[0].seconds).toFixed(1)} times as fast as Spark ` +
      `(${without.toFixed(1)} times without starts), in ${((embedded[0].peakBytes / spark[0].peakBytes) * 100).toFixed(0)} % of its memory`,
  )
} finally {
  rmSync(root, { recursive: true, force: true })
}
