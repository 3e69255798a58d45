// A registry that lacks some optional packages of other platforms makes npm leave them out of the lock, and `npm ci` then
// refuses the lock where they can be had. This adds an entry (version, os, cpu) for each one that is missing. Run it after
// every `npm install`; running it twice changes nothing.
import { readFileSync, writeFileSync } from 'node:fs'

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']
const file = 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8'))

/** npm looks a package up from the folder that wants it towards the root. */
function isLocked(from, name) {
  for (let folder = from; ; ) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true
    if (!folder) return false
    const up = folder.lastIndexOf('/node_modules/')
    folder = up < 0 ? '' : folder.slice(0, up)
  }
}

let added = 0
for (const [folder, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(folder, name)) continue
    const words = name.split(/[/-]/)
    const os = words.find((word) => OS.includes(word))
    const cpu = words.find((word) => CPU.includes(word))
    if (!os || !cpu) {
      console.warn(`${name} is not locked, and its name does not say for which platform it is`)
      continue
    }
    const libc = words.includes('musl') ? { libc: ['musl'] } : {}
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev && { dev }),
      optional: true,
      os: [os],
      ...libc,
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} entries added to ${file}`)
