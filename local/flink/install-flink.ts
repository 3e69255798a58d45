import { readFileSync } from 'node:fs'
import { FLINK_APP } from '../../stream/flink-sql/places.ts'
import { type BuildOptions, buildFlink, findFlinkTools } from './build-flink.ts'
import { classPathFile } from './flink-app.ts'

/** The application and what runs it. */
export interface Flink {
  /** The program `java`. */
  readonly java: string
  readonly jar: string
  /** What the service provides, as a Java class path. */
  readonly classPath: string
}

/** The application built of the sources as they are, and a Flink from Maven's repository that can run it. */
export async function installFlink(options: BuildOptions = {}): Promise<Flink> {
  const { app = FLINK_APP } = options
  const java = await findFlinkTools(options)
  const jar = await buildFlink(options)
  return { java: java.binary, jar, classPath: readFileSync(classPathFile(app), 'utf8').trim() }
}
