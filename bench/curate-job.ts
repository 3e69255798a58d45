// Does the curation job of a slice that bench-slice.ts made, in a process of its own: ROOT RUN embedded|spark
import { join } from 'node:path'
import { curateRunner } from '../local/glue/curate-runner.ts'
import { installSpark } from '../local/spark/install-spark.ts'
import { sparkRunner } from '../local/spark/spark-runner.ts'
import { jobArguments, openStore } from './bench-slice.ts'

const [root = '', run = '', engine = '', memoryLimit = '4GB'] = process.argv.slice(2)
const options = {
  objects: openStore(root),
  work: join(root, 'work'),
  memoryLimit,
  threads: 2,
  turn: <T>(work: () => Promise<T>) => work(),
}
const runner =
  engine === 'spark' ? sparkRunner({ ...options, spark: await installSpark() }) : curateRunner(options)
await runner.run(jobArguments(run, engine), { signal: new AbortController().signal })
