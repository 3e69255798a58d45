import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { DEFAULT_DEPLOYMENT } from '../../../catalog/names.ts'
import { createPlatform, type Platform, type PlatformOptions } from '../../../local/platform.ts'

/** A folder that goes when the test ends. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lake-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A platform that is closed when the test ends. */
export const openPlatform = async (options: Partial<PlatformOptions> = {}): Promise<Platform> => {
  const platform = await createPlatform({
    root: temporaryFolder(),
    deployment: DEFAULT_DEPLOYMENT,
    memoryLimit: '1GB',
    threads: 2,
    ...options,
  })
  onTestFinished(() => platform.close())
  return platform
}

/** What every SDK client needs to talk to the platform's door. */
export const clientConfig = ({ endpoint }: { endpoint: string }) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

/** Asks until there is an answer. */
export const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(5)
  }
}

/** Calls an action as the state machine's tasks do. */
export const caller =
  ({ registry }: Platform) =>
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are AWS's, and each test looks at its own part.
  async (service: string, action: string, input: unknown = {}): Promise<any> =>
    await registry.call(service, action, input, { signal: new AbortController().signal })

/** Pseudo-random numbers from 0 to below 1, the same in every run. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
