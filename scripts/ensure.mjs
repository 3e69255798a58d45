// Makes `npm start` and `npm test` work as the first command on a fresh clone: installs what package-lock.json says when
// node_modules is missing, half written or of another lock. Plain JavaScript for whatever Node (>= 20) runs npm; the
// scripts behind it then run on the Node 24 that npm installs into node_modules/.bin.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ABANDONED_AFTER_MS = 10 * 60_000
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const inRoot = (...parts) => path.join(root, ...parts)
const packagesOf = (file) => JSON.parse(readFileSync(inRoot(file), 'utf8')).packages

/** npm writes node_modules/.package-lock.json last, so its presence says that an install came to its end. */
function isInstalled() {
  const marker = 'node_modules/.package-lock.json'
  const node = process.platform === 'win32' ? 'node.cmd' : 'node'
  if (!existsSync(inRoot(marker)) || !existsSync(inRoot('node_modules/.bin', node))) return false
  const installed = packagesOf(marker)
  return Object.entries(packagesOf('package-lock.json')).every(
    ([where, { version, optional, devOptional, peer }]) =>
      where === '' || optional || devOptional || peer || installed[where]?.version === version,
  )
}

/** Two commands started side by side on a fresh clone must not install into the same folder. */
function takeInstallLock() {
  const lock = inRoot('.install-lock')
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > ABANDONED_AFTER_MS) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    }
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.on('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
}

function install() {
  console.error(
    'Installing dependencies (first run, or package-lock.json changed); this takes about a minute …',
  )
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--engine-strict=false',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const npm = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  return npm && /\.c?js$/.test(npm)
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

if (!isInstalled()) {
  takeInstallLock()
  if (!isInstalled()) {
    const { status } = install()
    if (status !== 0) {
      console.error('npm ci failed; its message stands above. Is the package registry reachable?')
      process.exit(status ?? 1)
    }
  }
}
