import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { access, constants, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { MissingToolError } from './missing-tool-error.ts'

const run = promisify(execFile)

export interface Java {
  /** For `JAVA_HOME`. */
  readonly home: string
  readonly binary: string
  /** 17, 25, … */
  readonly version: number
}

export interface JavaRequest {
  /** For whom: `Spark 3.5.6`. */
  readonly purpose: string
  readonly least: number
  readonly most?: number
}

export interface JavaPlaces {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Folders whose folders are JDKs. */
  readonly jdks?: readonly string[]
}

const FOLDERS = ['/usr/lib/jvm', '/usr/java', '/opt/java', '/Library/Java/JavaVirtualMachines']
/** `JAVA_17_HOME`, `JAVA17_HOME`, `JAVA_HOME_17_X64`. */
const VARIABLE = /^JAVA(?:_?\d+)?_HOME(?:_\d+\w*)?$/
const PROGRAM = process.platform === 'win32' ? 'java.exe' : 'java'

/** `17.0.15` is 17, and so is the `1.8.0` of old 8. */
const majorOf = (text: string): number => Number(/^(?:1\.)?(\d+)/.exec(text)?.[1] ?? Number.NaN)

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** Programs that may be there, the ones that the user named first. */
function candidates({ environment = process.env, jdks = FOLDERS }: JavaPlaces): string[] {
  const named = Object.keys(environment)
    .filter((name) => VARIABLE.test(name))
    .sort((a, b) => Number(b === 'JAVA_HOME') - Number(a === 'JAVA_HOME') || a.localeCompare(b))
    .map((name) => environment[name] ?? '')
  const installed = jdks.flatMap((folder) =>
    namesIn(folder).flatMap((name) => [join(folder, name), join(folder, name, 'Contents/Home')]),
  )
  const homes = [...named, ...installed].filter((home) => home !== '')
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...homes.map((home) => join(home, 'bin')), ...folders].map((folder) => join(folder, PROGRAM))
}

async function inspect(program: string): Promise<Java | undefined> {
  try {
    // A `java` on the PATH is a link into the home that Spark and Trino have to be told.
    const binary = await realpath(program)
    await access(binary, constants.X_OK)
    const real = dirname(dirname(binary))
    return { home: real, binary, version: versionIn(real) ?? (await versionOf(binary)) }
  } catch {
    return undefined
  }
}

/** As the file `release` of a home says: asking the program itself takes longer. */
function versionIn(home: string): number | undefined {
  try {
    const found = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, 'release'), 'utf8'))
    return found?.[1] === undefined ? undefined : majorOf(found[1])
  } catch {
    return undefined
  }
}

async function versionOf(binary: string): Promise<number> {
  const { stderr } = await run(binary, ['-version'])
  return majorOf(/version "([^"]+)"/.exec(stderr)?.[1] ?? '')
}

/** Distributions have the versions with long support, and few of the others. */
const remedy = ({ least, most }: JavaRequest): string =>
  least === most
    ? `Debian: apt-get install openjdk-${least}-jre-headless; macOS: brew install openjdk@${least}; else adoptium.net`
    : 'adoptium.net has the newest for every system; macOS: brew install openjdk'

/** The first Java of a fitting version, or an error that says what to install. */
export async function findJava(request: JavaRequest, places: JavaPlaces = {}): Promise<Java> {
  const { purpose, least, most = Number.POSITIVE_INFINITY } = request
  const seen = new Map<string, number>()
  for (const program of new Set(candidates(places))) {
    const java = await inspect(program)
    if (!java) continue
    if (java.version >= least && java.version <= most) return java
    seen.set(java.home, java.version)
  }
  const needed = least === most ? `JDK ${least}` : `JDK ${least} or newer`
  const found = [...seen].map(([home, version]) => `${version} in ${home}`).join(', ') || 'none'
  throw new MissingToolError(
    `${purpose} needs a ${needed}; found: ${found}. Install one (${remedy(request)}), or name its folder in JAVA_${least}_HOME.`,
  )
}
