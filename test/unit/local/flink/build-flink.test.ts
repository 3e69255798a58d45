import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { buildFlink } from '../../../../local/flink/build-flink.ts'
import { packagedFiles } from '../../../../stream/flink-sql/packaged.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'

afterEach(() => vi.unstubAllEnvs())

/** Makes what Maven makes, and says how it was called. */
const BUILDS = `echo "$JAVA_HOME $*" >> "$0.log"
for argument; do case "$argument" in */pom.xml) app=\${argument%/pom.xml} ;; esac; done
echo jar > "$app/target/ecomm-streaming-app.jar"
echo a.jar:b.jar > "$app/target/provided.cp"`

/** An application of one class, a JDK, and a Maven that does what the script says. */
function fakeApp({ mvn = BUILDS, java = '17.0.15', compiler = true } = {}) {
  const folder = temporaryFolder()
  const home = join(folder, 'jvm/jdk')
  fakeProgram(join(home, 'bin/java'), 'true')
  if (compiler) fakeProgram(join(home, 'bin/javac'), 'true')
  writeFileSync(join(home, 'release'), `JAVA_VERSION="${java}"\n`)
  if (mvn) fakeProgram(join(folder, 'bin/mvn'), mvn)
  vi.stubEnv('PATH', mvn ? `${join(folder, 'bin')}:/usr/bin:/bin` : '/nowhere')
  const app = join(folder, 'app')
  mkdirSync(join(app, 'src/main/java'), { recursive: true })
  writeFileSync(join(app, 'pom.xml'), '<project/>')
  writeFileSync(join(app, 'src/main/java/A.java'), 'class A {}')
  const said: string[] = []
  const places = { environment: {}, jdks: [join(folder, 'jvm')] }
  const calls = () => readFileSync(join(folder, 'bin/mvn.log'), 'utf8').trim().split('\n')
  return { app, home, said, calls, options: { app, places, say: (text: string) => void said.push(text) } }
}

test('writes SQL and settings for the jar, and has Maven build it with the JDK', async () => {
  const { app, home, said, calls, options } = fakeApp()
  expect(await buildFlink(options)).toBe(join(app, 'target/ecomm-streaming-app.jar'))
  for (const [name, text] of Object.entries(packagedFiles()))
    expect(readFileSync(join(app, 'target/packaged', name), 'utf8')).toBe(text)
  expect(calls()).toEqual([`${home} -B -q -f ${join(app, 'pom.xml')} package`])
  expect(said).toEqual([
    expect.stringContaining('Building the Flink application'),
    expect.stringMatching(/^Built .*ecomm-streaming-app\.jar$/),
  ])
})

test('builds once of the same sources, and says that it is there', async () => {
  const { said, calls, options } = fakeApp()
  await buildFlink(options)
  await buildFlink(options)
  expect(calls()).toHaveLength(1)
  expect(said.at(-1)).toMatch(/is built of these sources already/)
})

test('builds again of other sources, and leaves nothing of the former ones', async () => {
  const { app, calls, options } = fakeApp()
  await buildFlink(options)
  const former = join(app, 'target/packaged/sql/former-rule.sql')
  writeFileSync(former, 'select 1')
  writeFileSync(join(app, 'src/main/java/A.java'), 'class A { int b; }')
  await buildFlink(options)
  expect(calls()).toHaveLength(2)
  expect(existsSync(former)).toBe(false)
})

test('a build that fails says what Maven said, and is not taken for done', async () => {
  const { app, options } = fakeApp({ mvn: 'echo "[ERROR] A.java:[1,1] class expected"; exit 1' })
  await expect(buildFlink(options)).rejects.toThrow(/Maven could not build .*app: .*class expected/)
  fakeProgram(join(app, '../bin/mvn'), BUILDS)
  await buildFlink(options)
})

test.each([
  ['a JDK', { java: '21.0.4' }, /^The Flink application needs a JDK 17; found: 21 in .*JAVA_17_HOME/],
  [
    'a compiler',
    { compiler: false },
    /needs a JDK 17 to be built; .* has no compiler.*openjdk-17-jdk-headless/,
  ],
  ['Maven', { mvn: '' }, /needs Maven to be built\. Install it .*apt-get install maven/],
])('where %s is missing it says what to install', async (_, fake, message) => {
  const { app, options } = fakeApp(fake)
  await expect(buildFlink(options)).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringMatching(message),
  })
  expect(existsSync(join(app, 'target'))).toBe(false)
})
