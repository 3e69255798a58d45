import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { PartName, Parts } from './part.ts'

/** Runs a part in a process of its own; gives what it found. Throws where it fails; its output says why. */
export async function runPart<N extends PartName>(
  name: N,
  order: Parameters<Parts[N]>[0],
): Promise<Awaited<ReturnType<Parts[N]>>> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'part.ts'), name, JSON.stringify(order)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`the part ${name} ended with ${code}`)
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
}
