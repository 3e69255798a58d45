import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Names } from '../../catalog/names.ts'
import { lineSink } from '../../lambdas/shared/line-sink.ts'
import type { LambdaFunction } from './definition.ts'
import { TaskError } from './task-error.ts'

const LAMBDAS = path.resolve(import.meta.dirname, '../../lambdas')

type Handler = (event: unknown) => Promise<unknown>

export interface LambdaInvoker {
  /** Runs a function in this process. What it throws keeps its name, as with Lambda's task integration. */
  invoke(functionName: string, event: unknown, signal: AbortSignal): Promise<unknown>
  /** Loads a function, so that its first event does not wait for that. */
  prepare(functionName: string): Promise<void>
  /** Waits for the functions that run: as on AWS, an execution that ends does not end them. */
  settled(): Promise<void>
}

export interface LambdaInvokerOptions {
  readonly functions: Readonly<Record<string, LambdaFunction>>
  readonly names: Names
  /** Set over what the template says: where the platform's endpoints are, which SQL its engine reads. */
  readonly environment: Readonly<Record<string, string>>
  /** Takes the functions' lines of log and metrics; nobody reads them where this is left out. */
  readonly writeLog?: (line: string) => void
}

/** The handler files by function name. */
function handlerFiles(names: Names): Map<string, string> {
  const folders = readdirSync(LAMBDAS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = folders.map(
    ({ name }) => [names.lambda(name), path.join(LAMBDAS, name, 'handler.ts')] as const,
  )
  return new Map(files.filter(([, file]) => existsSync(file)))
}

/**
 * All functions share one environment (the template gives each the same), so it is set once for the process: functions
 * that run side by side could not have different ones.
 */
function applyEnvironment({ functions, environment }: LambdaInvokerOptions): void {
  for (const { environment: variables } of Object.values(functions)) Object.assign(process.env, variables)
  Object.assign(process.env, environment)
}

export function createLambdaInvoker(options: LambdaInvokerOptions): LambdaInvoker {
  const files = handlerFiles(options.names)
  const loaded = new Map<string, Promise<Handler>>()
  const running = new Set<Promise<unknown>>()
  const { writeLog = () => undefined } = options
  applyEnvironment(options)

  async function load(functionName: string): Promise<Handler> {
    const file = files.get(functionName)
    if (!file || !options.functions[functionName])
      throw new TaskError('Lambda.ResourceNotFoundException', `Function not found: ${functionName}`)
    const module: { handler?: Handler } = await import(pathToFileURL(file).href)
    if (!module.handler) throw new TaskError('Lambda.Runtime', `${functionName} exports no handler`)
    return module.handler
  }

  const handlerOf = (functionName: string): Promise<Handler> => {
    const handler = loaded.get(functionName) ?? load(functionName)
    loaded.set(functionName, handler)
    return handler
  }

  return {
    async prepare(functionName) {
      await handlerOf(functionName)
    },
    async invoke(functionName, event) {
      const handler = handlerOf(functionName)
      // A function sees a copy of its event, as if it had come over the wire.
      const answer = handler.then((run) => lineSink.run(writeLog, () => run(structuredClone(event))))
      running.add(answer)
      return answer.finally(() => running.delete(answer))
    },
    async settled() {
      await Promise.allSettled(running)
    },
  }
}
