import { pathToFileURL } from 'node:url'
import { bytesOf } from '../curate/lanes.ts'

export interface SettingsOptions {
  /** Bucket names and their folders. */
  readonly buckets: Readonly<Record<string, string>>
  /** For what Spark writes beside its results. */
  readonly scratch: string
  readonly threads: number
  /** As DuckDB spells it: for the whole process, as the embedded engine takes it. */
  readonly memoryLimit: string
}

const MIB = 2 ** 20
/** Below it Spark refuses to start. */
const SMALLEST_HEAP_MIB = 512

/** The JVM needs about as much again beside its heap. */
const heap = (memoryLimit: string): string =>
  `${Math.max(SMALLEST_HEAP_MIB, Math.floor(bytesOf(memoryLimit) / 2 / MIB))}m`

/**
 * What this machine has to say of itself, so that the deployed script and its arguments stay as they are: where `s3://`
 * lies, how much there is of everything, and that nothing listens beyond the loopback.
 */
export const sparkSettings = ({ buckets, scratch, threads, memoryLimit }: SettingsOptions) => ({
  'spark.master': `local[${threads}]`,
  'spark.driver.memory': heap(memoryLimit),
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.driver.host': '127.0.0.1',
  'spark.driver.extraJavaOptions': `-Djava.io.tmpdir=${scratch}`,
  'spark.ui.enabled': 'false',
  'spark.ui.showConsoleProgress': 'false',
  'spark.local.dir': scratch,
  'spark.sql.warehouse.dir': `${scratch}/warehouse`,
  // Hadoop's own mount table: each bucket is a folder, by configuration alone.
  'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme',
  ...Object.fromEntries(
    Object.entries(buckets).map(([bucket, folder]) => [
      `spark.hadoop.fs.viewfs.mounttable.${bucket}.linkFallback`,
      pathToFileURL(folder).href,
    ]),
  ),
  // The one with checksums would put a file beside each of ours.
  'spark.hadoop.fs.file.impl': 'org.apache.hadoop.fs.RawLocalFileSystem',
})

/** Settings of another Spark, Hadoop or Python on this machine, which would reach into ours. */
const FOREIGN = /^(SPARK|PYSPARK|HADOOP|PYTHON|HIVE|YARN|AWS)_|^(PYTHONPATH|PYTHONHOME|VIRTUAL_ENV)$/

export const sparkEnvironment = (
  { python, javaHome }: { readonly python: string; readonly javaHome: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !FOREIGN.test(name))),
  JAVA_HOME: javaHome,
  PYSPARK_PYTHON: python,
  PYSPARK_DRIVER_PYTHON: python,
  SPARK_LOCAL_IP: '127.0.0.1',
  PYTHONDONTWRITEBYTECODE: '1',
})
