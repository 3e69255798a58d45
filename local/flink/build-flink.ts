import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packagedFiles } from '../../stream/flink-sql/packaged.ts'
import { FLINK_APP, flinkJar, packagedFolder } from '../../stream/flink-sql/places.ts'
import { findJava, type Java, type JavaPlaces } from '../engines/find-java.ts'
import { missingPrograms } from '../engines/missing-programs.ts'
import { MissingToolError } from '../engines/missing-tool-error.ts'
import { runTool } from '../engines/run-tool.ts'
import { classPathFile, FLINK_JAVA } from './flink-app.ts'

export interface BuildOptions {
  /** Told what takes a while, and what is there already. */
  readonly say?: ((text: string) => void) | undefined
  /** Where the application's sources are. */
  readonly app?: string
  readonly places?: JavaPlaces
  readonly signal?: AbortSignal | undefined
}

const PURPOSE = 'The Flink application'

/** What building needs and nobody installs for the user; an error says what is missing. */
export async function findFlinkTools({ places }: Pick<BuildOptions, 'places'> = {}): Promise<Java> {
  const java = await findJava({ purpose: PURPOSE, least: FLINK_JAVA, most: FLINK_JAVA }, places)
  if (missingPrograms(['javac'], { PATH: join(java.home, 'bin') }).length > 0)
    throw new MissingToolError(
      `${PURPOSE} needs a JDK ${FLINK_JAVA} to be built; ${java.home} has no compiler. Install one (Debian: apt-get install openjdk-${FLINK_JAVA}-jdk-headless; macOS: brew install openjdk@${FLINK_JAVA}), or name its folder in JAVA_${FLINK_JAVA}_HOME.`,
    )
  if (missingPrograms(['mvn']).length > 0)
    throw new MissingToolError(
      `${PURPOSE} needs Maven to be built. Install it (Debian: apt-get install maven; macOS: brew install maven).`,
    )
  return java
}

/** Builds the application's jar, unless it was built of the same sources before; gives its path. */
export async function buildFlink(options: BuildOptions = {}): Promise<string> {
  const { app = FLINK_APP, say, signal } = options
  const java = await findFlinkTools(options)
  const jar = flinkJar(app)
  const target = join(app, 'target')
  const stamp = join(target, 'built-from')
  const from = sourcesOf(app)
  if (existsSync(jar) && existsSync(classPathFile(app)) && readIfThere(stamp) === from) {
    say?.(`${PURPOSE} is built of these sources already: ${jar}`)
    return jar
  }
  say?.(`Building the Flink application (the first time Maven fetches 250 MB) …`)
  // A jar beside SQL that it was not built of would be taken for one of it; what has been renamed must not stay in the jar.
  for (const file of [stamp, jar]) rmSync(file, { force: true })
  for (const folder of [packagedFolder(app), join(target, 'classes')])
    rmSync(folder, { recursive: true, force: true })
  for (const [name, text] of Object.entries(packagedFiles())) write(join(packagedFolder(app), name), text)
  try {
    await runTool({
      command: 'mvn',
      args: ['-B', '-q', '-f', join(app, 'pom.xml'), 'package'],
      environment: { ...process.env, JAVA_HOME: java.home },
      log: join(target, 'maven.log'),
      signal,
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(`Maven could not build ${app}: ${(error as Error).message}`, { cause: error })
  }
  writeFileSync(stamp, from)
  say?.(`Built ${jar}`)
  return jar
}

/** A digest of all that the jar is made of. */
function sourcesOf(app: string): string {
  const hash = createHash('sha256')
  for (const name of ['pom.xml', ...globSync('src/**/*.*', { cwd: app }).sort()])
    hash.update(`${name}\n${readFileSync(join(app, name), 'utf8')}\n`)
  return hash.update(JSON.stringify(packagedFiles())).digest('hex')
}

const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
