import { describeCause } from '../../lambdas/shared/describe-cause.ts'

/** The cause of a failed execution in words: a `.sync` task's cause is the whole description of the run as JSON. */
export const failureText = ({ name, cause }: { readonly name: string; readonly cause: string }): string =>
  name === 'States.TaskFailed' ? describeCause(cause) : `${name}: ${cause}`
