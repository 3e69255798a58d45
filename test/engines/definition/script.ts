import type { Script } from './moto.ts'

type Answers = Script[string]

/** The same answer to every call. */
export const value = (answer: unknown): Answers => [{ value: answer }]

/** Fails at the first call. */
export const failsOnce = (error: string, answer: unknown): Answers => [{ error }, { value: answer }]

/** Fails at every call. */
export const fails = (error: string): Answers => [{ error }]
