import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findFlinkTools } from '../../local/flink/build-flink.ts'
import { classPathFile } from '../../local/flink/flink-app.ts'
import { FLINK_APP, flinkJar } from '../../stream/flink-sql/places.ts'

/** Runs a class of the Flink application, or of its tests, to its end. The application has to be built. */
export async function runFlinkJava(main: string, args: readonly string[], input = '') {
  const { binary } = await findFlinkTools()
  const classPath = [
    join(FLINK_APP, 'target/test-classes'),
    flinkJar(FLINK_APP),
    readFileSync(classPathFile(FLINK_APP), 'utf8').trim(),
  ].join(':')
  const child = spawn(binary, [
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp',
    classPath,
    main,
    ...args,
  ])
  // Where it ends without reading all, its error says more than the broken pipe.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}
