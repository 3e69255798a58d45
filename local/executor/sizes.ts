import { z } from 'zod'
import type { resolver, Template } from './template.ts'

/** What the template gives functions and jobs to work with, by their physical names: what is paid for. */
export interface Sizes {
  /** Memory of functions, in MB. */
  readonly functions: Readonly<Record<string, number>>
  /** Workers of Glue jobs. */
  readonly jobs: Readonly<Record<string, { readonly workerType: string; readonly workers: number }>>
  /** Nodes of DataBrew jobs. */
  readonly profiles: Readonly<Record<string, number>>
  readonly alarms: number
}

/** Lambda's own, where a template says nothing. */
const LAMBDA_MEMORY_MB = 128
/** DataBrew's own. */
const PROFILE_NODES = 5

const count = z.coerce.number().int().positive()
const lambda = z.object({ FunctionName: z.string(), MemorySize: count.default(LAMBDA_MEMORY_MB) })
const job = z.object({ Name: z.string(), WorkerType: z.string(), NumberOfWorkers: count })
const profile = z.object({ Name: z.string(), MaxCapacity: count.default(PROFILE_NODES) })

export function sizesOf({ Resources }: Template, resolve: ReturnType<typeof resolver>): Sizes {
  const ofType = <S extends z.ZodType>(type: string, schema: S, pick: readonly string[]): z.output<S>[] =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) =>
        // Only these: what else a resource has may not be resolvable here.
        schema.safeParse(resolve(Object.fromEntries(pick.map((name) => [name, Properties[name]])))),
      )
      .flatMap(({ success, data }) => (success && data !== undefined ? [data] : []))
  return {
    functions: Object.fromEntries(
      ofType('AWS::Lambda::Function', lambda, ['FunctionName', 'MemorySize']).map(
        ({ FunctionName, MemorySize }) => [FunctionName, MemorySize],
      ),
    ),
    jobs: Object.fromEntries(
      ofType('AWS::Glue::Job', job, ['Name', 'WorkerType', 'NumberOfWorkers']).map(
        ({ Name, WorkerType, NumberOfWorkers }) => [
          Name,
          { workerType: WorkerType, workers: NumberOfWorkers },
        ],
      ),
    ),
    profiles: Object.fromEntries(
      ofType('AWS::DataBrew::Job', profile, ['Name', 'MaxCapacity']).map(({ Name, MaxCapacity }) => [
        Name,
        MaxCapacity,
      ]),
    ),
    alarms: Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length,
  }
}

export const NO_SIZES: Sizes = { functions: {}, jobs: {}, profiles: {}, alarms: 0 }

/** Of several templates together. */
export const allSizes = (parts: readonly Sizes[]): Sizes => ({
  functions: Object.assign({}, ...parts.map(({ functions }) => functions)),
  jobs: Object.assign({}, ...parts.map(({ jobs }) => jobs)),
  profiles: Object.assign({}, ...parts.map(({ profiles }) => profiles)),
  alarms: parts.reduce((sum, { alarms }) => sum + alarms, 0),
})
