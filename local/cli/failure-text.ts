import { z } from 'zod'

/** Where AWS's descriptions of a failed run say why. */
const description = z.union([
  z.object({ JobName: z.string().optional(), ErrorMessage: z.string() }).transform((run) => run.ErrorMessage),
  z
    .object({ QueryExecution: z.object({ Status: z.object({ StateChangeReason: z.string() }) }) })
    .transform((run) => run.QueryExecution.Status.StateChangeReason),
])

/** The cause of a failed execution in words: a `.sync` task's cause is the whole description of the run as JSON. */
export function failureText({ name, cause }: { readonly name: string; readonly cause: string }): string {
  if (name !== 'States.TaskFailed') return `${name}: ${cause}`
  try {
    return description.parse(JSON.parse(cause))
  } catch {
    return `${name}: ${cause}`
  }
}
