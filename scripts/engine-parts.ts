import { MissingToolError } from '../local/engines/missing-tool-error.ts'
import { findFlinkTools } from '../local/flink/build-flink.ts'
import { installFlink } from '../local/flink/install-flink.ts'
import { findSparkTools, installSpark } from '../local/spark/install-spark.ts'
import { findTrinoTools, installTrino } from '../local/trino/install-trino.ts'
import { findClientTools, installClients } from '../test/engines/clients/install-clients.ts'
import { findCheckerTools, installCheckers } from '../test/engines/definition/install-checkers.ts'

/** A thing that tests run against. */
interface Engine {
  /** Fails where something is missing that the user has to install. */
  check(): Promise<unknown>
  /** Fetches the rest, unless that was done before. */
  install(options: { say: (text: string) => void }): Promise<unknown>
}

const SPARK: Engine = { check: findSparkTools, install: installSpark }
const TRINO: Engine = { check: findTrinoTools, install: installTrino }
const CHECKERS: Engine = { check: findCheckerTools, install: installCheckers }
const FLINK: Engine = { check: findFlinkTools, install: installFlink }
const CLIENTS: Engine = { check: findClientTools, install: installClients }

/** What `--only` takes, and what each part needs. Its tests' files, below test/engines, begin with its name. */
const PARTS: Readonly<Record<string, readonly Engine[]>> = {
  spark: [SPARK],
  trino: [TRINO],
  both: [SPARK, TRINO],
  definition: [CHECKERS],
  clients: [CLIENTS],
  flink: [FLINK],
}

export class UsageError extends Error {}

/** Whether all of these are parts, or an error that names them. */
export function checkParts(names: readonly string[]): void {
  for (const name of names)
    if (!Object.hasOwn(PARTS, name))
      throw new UsageError(`--only takes ${Object.keys(PARTS).join(', ')}, not "${name}"`)
}

/** Installs what these parts (or all) need; before anything is downloaded, one error tells all that the user has to install. */
export async function installParts(names: readonly string[], say: (text: string) => void): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys(PARTS)
  const engines = new Set(wanted.flatMap((name) => PARTS[name] ?? []))
  const missing: string[] = []
  for (const { check } of engines)
    await check().catch((error: unknown) => {
      if (!(error instanceof MissingToolError)) throw error
      missing.push(error.message)
    })
  if (missing.length > 0) throw new MissingToolError(missing.join('\n'))
  for (const { install } of engines) await install({ say })
}
