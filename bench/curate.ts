import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { curateSlice } from '../local/curate/curate-slice.ts'

export interface CurateFigures {
  readonly rows: number
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly cpuSeconds: number
  /** Of the whole process: measure in one that has done nothing else. */
  readonly peakRssMB: number
  readonly peakSpillMB: number
  readonly files: number
  readonly filesPerCategory: number
  readonly megabytes: number
}

interface BenchOptions {
  /** The CSV file of one month. */
  readonly path: string
  readonly month: string
  /** Where it writes; removed at the end. */
  readonly folder: string
  readonly memoryLimit?: string | undefined
  readonly threads?: number | undefined
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  // Spill files come and go.
  const sizes = names.map((name) =>
    stat(join(folder, name))
      .then(({ size }) => size)
      .catch(() => 0),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Curates a file as the nightly job does, and measures. */
export async function benchCurate({ path, month, folder, ...limits }: BenchOptions): Promise<CurateFigures> {
  const root = await mkdtemp(join(folder, 'bench-curate-'))
  const workDir = join(root, 'work')
  let [rss, spill] = [0, 0]
  const sample = setInterval(async () => {
    rss = Math.max(rss, process.memoryUsage.rss())
    spill = Math.max(spill, await sizeOf(join(workDir, 'spill')))
  }, 50)
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  try {
    const metrics = await curateSlice({
      manifest: {
        slice: `csv-${month}`,
        source: 'csv',
        month,
        version: `csv-${month}@bench`,
        fingerprint: '',
        bucket: '',
        files: [{ key: basename(path), size: (await stat(path)).size, etag: '' }],
      },
      resolve: () => path,
      curatedDir: join(root, 'curated'),
      quarantineDir: join(root, 'quarantine'),
      workDir,
      ...limits,
    })
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(cpu)
    return {
      rows: metrics.read,
      seconds,
      rowsPerSecond: Math.round(metrics.read / seconds),
      cpuSeconds: (user + system) / 1e6,
      peakRssMB: Math.round(rss / 1e6),
      peakSpillMB: Math.round(spill / 1e6),
      files: metrics.files,
      filesPerCategory: metrics.files / Math.max(metrics.categories, 1),
      megabytes: Math.round(metrics.bytes / 1e6),
    }
  } finally {
    clearInterval(sample)
    await rm(root, { recursive: true, force: true })
  }
}

// node bench/curate.ts [--month 2019-10] [--folder DIR] [--memory-limit 4GB] [--threads 2] FILE…
if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      month: { type: 'string', default: '2019-10' },
      folder: { type: 'string', default: tmpdir() },
      'memory-limit': { type: 'string', default: '4GB' },
      threads: { type: 'string', default: '2' },
    },
  })
  for (const path of positionals) {
    const { month, folder, threads, 'memory-limit': memoryLimit } = values
    console.table([await benchCurate({ path, month, folder, memoryLimit, threads: Number(threads) })])
  }
}
