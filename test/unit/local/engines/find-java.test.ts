import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findJava } from '../../../../local/engines/find-java.ts'
import { fakeProgram, temporaryFolder } from './fake-program.ts'

/** A home that says its version in its file `release`, or only when its program is asked. */
function fakeJava(
  folder: string,
  name: string,
  version: string,
  how: 'release' | 'asked' = 'release',
): string {
  const home = join(folder, name)
  fakeProgram(join(home, 'bin/java'), `echo 'openjdk version "${version}" 2025-01-01' >&2`)
  if (how === 'release') writeFileSync(join(home, 'release'), `VENDOR="x"\nJAVA_VERSION="${version}"\n`)
  return home
}

const SPARK = { purpose: 'Spark', least: 17, most: 17 }
const TRINO = { purpose: 'Trino', least: 22 }

test('takes the first of a fitting version from the folders of JDKs', async () => {
  const folder = temporaryFolder()
  fakeJava(folder, 'a-8', '1.8.0_402')
  const home17 = fakeJava(folder, 'b-17', '17.0.15')
  const home25 = fakeJava(folder, 'c-25', '25.0.3')
  const places = { environment: {}, jdks: [folder] }
  expect(await findJava(SPARK, places)).toEqual({
    home: home17,
    binary: join(home17, 'bin/java'),
    version: 17,
  })
  expect((await findJava(TRINO, places)).home).toBe(home25)
  expect((await findJava({ purpose: 'x', least: 8, most: 8 }, places)).version).toBe(8)
})

test.for(['JAVA_HOME', 'JAVA_17_HOME', 'JAVA17_HOME', 'JAVA_HOME_17_X64'])(
  'what %s names comes first',
  async (variable) => {
    const [folder, named] = [temporaryFolder(), temporaryFolder()]
    fakeJava(folder, '17', '17.0.1')
    const home = fakeJava(named, 'mine', '17.0.2')
    const places = { environment: { [variable]: home }, jdks: [folder] }
    expect((await findJava(SPARK, places)).home).toBe(home)
  },
)

test('a JAVA_HOME of another version is passed over', async () => {
  const folder = temporaryFolder()
  const home = fakeJava(folder, '25', '25')
  const environment = { JAVA_HOME: fakeJava(folder, '17', '17.0.1') }
  expect((await findJava(TRINO, { environment, jdks: [folder] })).home).toBe(home)
})

test('finds the java on the PATH, and asks it where no file says the version', async () => {
  const home = fakeJava(temporaryFolder(), 'jdk', '17.0.9', 'asked')
  const environment = { PATH: `/nowhere:${join(home, 'bin')}`, JAVA_HOME: '' }
  expect(await findJava(SPARK, { environment, jdks: [] })).toMatchObject({ home, version: 17 })
})

test('says what is missing, what was found, and what to do', async () => {
  const folder = temporaryFolder()
  const home = fakeJava(folder, '17', '17.0.1')
  await expect(findJava(TRINO, { environment: {}, jdks: [folder] })).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringMatching(
      new RegExp(
        `^Trino needs a JDK 22 or newer; found: 17 in ${home}. Install one .*adoptium.*JAVA_22_HOME`,
      ),
    ),
  })
  await expect(findJava(SPARK, { environment: {}, jdks: ['/nowhere'] })).rejects.toThrow(
    /^Spark needs a JDK 17; found: none\. Install one \(Debian: apt-get install openjdk-17-/,
  )
})
