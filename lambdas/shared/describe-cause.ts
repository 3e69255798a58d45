import { z } from 'zod'

/** The sentence in what services put into an error's cause as JSON. */
const told = z.union([
  // A Lambda function.
  z.object({ errorMessage: z.string() }).transform(({ errorMessage }) => errorMessage),
  // A Glue or DataBrew job.
  z.object({ ErrorMessage: z.string() }).transform(({ ErrorMessage }) => ErrorMessage),
  // An Athena query.
  z
    .object({ QueryExecution: z.object({ Status: z.object({ StateChangeReason: z.string() }) }) })
    .transform(({ QueryExecution }) => QueryExecution.Status.StateChangeReason),
  // A child execution.
  z
    .object({
      ExecutionArn: z.string(),
      Status: z.string(),
      Error: z.string().optional(),
      Cause: z.string().optional(),
    })
    .transform(({ ExecutionArn, Status, Error: error, Cause = '' }) => {
      const [machine, name] = ExecutionArn.split(':').slice(-2)
      const why: string = error === undefined ? '' : `: ${error}: ${describeCause(Cause)}`
      return `execution ${name} of ${machine} ended ${Status}${why}`
    }),
])

const LIMIT = 8_000

/** Why a night failed, in words: what the failing service says, without the JSON around it. */
export const describeCause = (cause: string): string => {
  const parsed = told.safeParse(jsonOf(cause))
  return (parsed.success ? parsed.data : cause).slice(0, LIMIT) || 'no cause was given'
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
