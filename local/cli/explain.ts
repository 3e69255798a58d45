import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { SimulationError } from '../../stream/simulator/simulation-error.ts'
import { MissingToolError } from '../engines/missing-tool-error.ts'
import { ExecutionExistsError, ExecutionNameError } from '../executor/execution-store.ts'
import {
  NotRedrivableError,
  UnknownExecutionError,
  UnknownMachineError,
} from '../executor/executions-errors.ts'
import { LakeBusyError } from '../executor/lake-lock.ts'
import { EXIT, InterruptedError, UsageError } from './exit-codes.ts'

/** What can be mended by a person at this machine, by the code of the system call that failed. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'the permission is missing; mend it, or name another folder with --lake',
  ENOSPC: 'the disk is full; free some room and start again, what was published stands',
  EROFS: 'the file system is read-only; name another folder with --lake',
  ENOTDIR: 'a file stands where a folder is needed; name another one',
  EISDIR: 'a folder stands where a file is needed; name another one',
  EDQUOT: 'the quota is used up; free some room and start again, what was published stands',
}

/** Errors that say all that a person at the command line needs. */
const SPEAKING = [
  UsageError,
  InvalidInputError,
  MissingToolError,
  LakeBusyError,
  ExecutionExistsError,
  ExecutionNameError,
  NotRedrivableError,
  UnknownExecutionError,
  UnknownMachineError,
  SimulationError,
]

/** What a person at the command line is told of an error, and the exit code. */
export function explain(error: unknown): { text: string; code: number } {
  if (error instanceof InterruptedError) return { text: error.message, code: EXIT.interrupted }
  if (SPEAKING.some((known) => error instanceof known))
    return { text: (error as Error).message, code: EXIT.usage }
  const { code = '', path, syscall } = (error ?? {}) as NodeJS.ErrnoException
  // Of a folder with all those above it Node says this where the file system is read-only.
  const remedy = REMEDIES[code === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : code]
  if (remedy) return { text: `${path ?? 'a file of the lake'} can't be written: ${remedy}`, code: EXIT.usage }
  return {
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
    code: EXIT.unexpected,
  }
}
