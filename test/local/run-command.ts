import { vi } from 'vitest'
import { run } from '../../local/cli/program.ts'

/** Runs a command line in this process and gives what a person at the terminal would see. */
export async function runCommand(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text
    return true
  })
  try {
    const code = await run(args)
    return { code, out, err }
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
    process.exitCode = 0
  }
}
