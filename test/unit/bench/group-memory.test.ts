import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { groupMemory } from '../../../bench/group-memory.ts'

test.skipIf(!existsSync('/proc/self/stat'))(
  'the memory of a group is that of all its processes',
  async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & echo ready; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const group = Number(child.pid)
    try {
      await once(child.stdout, 'data')
      expect(groupMemory([group])).toBeGreaterThan(500_000)
      expect(groupMemory([group])).toBeLessThan(50_000_000)
      expect(groupMemory([])).toBe(0)
    } finally {
      process.kill(-group, 'SIGKILL')
    }
    await once(child, 'close')
    await expect.poll(() => groupMemory([group])).toBe(0)
  },
)
