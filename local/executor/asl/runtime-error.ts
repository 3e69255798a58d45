import { TaskError } from '../task-error.ts'

/** What a definition can't mean for its input. Step Functions neither retries nor catches it, `States.ALL` or not. */
export class EvaluationError extends TaskError {
  constructor(cause: string) {
    super('States.Runtime', cause)
  }
}

export const runtimeError = (cause: string): EvaluationError => new EvaluationError(cause)
