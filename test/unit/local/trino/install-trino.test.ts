import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { findTrinoTools, installTrino } from '../../../../local/trino/install-trino.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'

afterEach(() => vi.unstubAllEnvs())

/** A JDK, and on the PATH programs that do what `programs` says. */
function fakeTools(programs: Readonly<Record<string, string>>, java = '25.0.1') {
  const folder = temporaryFolder()
  const home = join(folder, 'jvm/jdk')
  fakeProgram(join(home, 'bin/java'), 'true')
  writeFileSync(join(home, 'release'), `JAVA_VERSION="${java}"\n`)
  for (const [name, script] of Object.entries(programs)) fakeProgram(join(folder, 'bin', name), script)
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
  vi.stubEnv('JAVA_HOME', undefined)
  const cache = join(folder, 'cache')
  const said: string[] = []
  const places = { environment: {}, jdks: [join(folder, 'jvm')] }
  return { folder, home, cache, said, options: { cache, places, say: (text: string) => said.push(text) } }
}

/** Maven that makes what it copies, and says how it was called; programs that unpack nothing. */
const good = () => ({
  mvn: `echo "$JAVA_HOME $*" >> "$0.log"
for argument; do case "$argument" in -DoutputDirectory=*) mkdir -p "\${argument#*=}" ;; esac; done`,
  tar: 'true',
  unzip: 'true',
})

test('fetches server and plugin once with Maven, and says so', async () => {
  const { folder, home, cache, said, options } = fakeTools(good())
  const trino = await installTrino(options)
  expect(trino).toMatchObject({ folder: join(cache, 'trino-476'), java: { home, version: 25 } })
  expect(await installTrino(options)).toEqual(trino)
  expect(said).toEqual([expect.stringContaining('Installing Trino 476')])
  const calls = readFileSync(join(folder, 'bin/mvn.log'), 'utf8').trim().split('\n')
  expect(calls).toHaveLength(4)
  for (const call of calls) expect(call.startsWith(`${home} `), 'Maven has a Java').toBe(true)
  expect(calls.join()).toMatch(/io\.trino:trino-server-core:476:tar\.gz.*io\.trino:trino-hive:476:zip/)
  expect(readdirSync(cache)).toEqual(['trino-476'])
  expect(readdirSync(trino.folder).sort()).toEqual(['.finished', 'plugin'])
})

test('a missing JDK is named with its remedy before anything is downloaded', async () => {
  const { cache, options } = fakeTools(good(), '21.0.4')
  await expect(installTrino(options)).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringMatching(
      /^Trino 476 needs a JDK 24 or newer; found: 21 in .*Install one .*JAVA_24_HOME/,
    ),
  })
  expect(existsSync(cache)).toBe(false)
})

test('all programs that are missing are named at once; an installed Trino needs none of them', async () => {
  const { options } = fakeTools(good())
  vi.stubEnv('PATH', '/nowhere')
  await expect(findTrinoTools(options)).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringMatching(/^Trino 476 needs.*Maven.*tar.*unzip/),
  })
  vi.unstubAllEnvs()
  const other = fakeTools(good())
  await installTrino(other.options)
  vi.stubEnv('PATH', '/nowhere')
  expect(await findTrinoTools(other.options)).toMatchObject({ version: 25 })
})

test('what fails is told with its reason, and made anew the next time', async () => {
  const { folder, cache, options } = fakeTools({ ...good(), mvn: 'echo "[ERROR] no route to host"; exit 1' })
  await expect(installTrino(options)).rejects.toThrow(
    'mvn could not install Trino 476: [ERROR] no route to host',
  )
  expect(readdirSync(cache)).toEqual(['trino-476'])
  fakeProgram(join(folder, 'bin/mvn'), good().mvn)
  await installTrino(options)
  expect(existsSync(join(cache, 'trino-476/.finished'))).toBe(true)
})
