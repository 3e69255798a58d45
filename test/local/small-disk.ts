import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'

const LARGEST = 16 * 1024 * 1024
const SMALLEST = 4096

/** A disk of its own, which only root can mount; undefined for others. */
export function mountDisk(size: string) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'small-disk-'))
  const folder = path.join(scratch, 'disk')
  spawnSync('mkdir', [folder])
  const remove = () => rmSync(scratch, { recursive: true, force: true })
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) {
    remove()
    return undefined
  }
  return {
    folder,
    /** Leaves not one block. */
    fill: () => {
      for (let bytes = LARGEST; bytes >= SMALLEST; ) {
        try {
          writeFileSync(path.join(folder, `filler-${bytes}-${Math.random()}`), Buffer.alloc(bytes))
        } catch {
          bytes /= 2
        }
      }
      expect(statfsSync(folder).bavail).toBeLessThan(2)
    },
    free: () => spawnSync('sh', ['-c', `rm -f ${folder}/filler*`]),
    unmount: () => {
      spawnSync('umount', [folder])
      remove()
    },
  }
}

export const NO_DISK = 'skipped: a small disk can only be mounted by root'
