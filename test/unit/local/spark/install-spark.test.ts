import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { installSpark, sparkVersion } from '../../../../local/spark/install-spark.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'

afterEach(() => vi.unstubAllEnvs())

/** A Python that makes environments of itself, and whose pip does what `pip` says; a JDK beside it. */
function fakeTools(pip: string) {
  const folder = temporaryFolder()
  const python = join(folder, 'python')
  fakeProgram(
    python,
    `case "$1 $2" in
'-m venv') mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
'-m pip') echo "$@" >> ${folder}/pip.log; ${pip} ;;
*) echo "$0"; echo 3.11 ;;
esac`,
  )
  const jdk = join(folder, 'jvm/17')
  fakeProgram(join(jdk, 'bin/java'), 'true')
  writeFileSync(join(jdk, 'release'), 'JAVA_VERSION="17.0.1"\n')
  vi.stubEnv('LAKEHOUSE_PYTHON', python)
  const said: string[] = []
  return {
    folder,
    jdk,
    said,
    install: () =>
      installSpark({
        cache: join(folder, 'cache'),
        say: (text) => said.push(text),
        places: { environment: {}, jdks: [join(folder, 'jvm')] },
      }),
  }
}

test('installs the pinned packages once, and says so', async () => {
  const { folder, jdk, said, install } = fakeTools('true')
  const spark = await install()
  expect(await install()).toEqual(spark)
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(`Installing Spark ${sparkVersion()}`)
  expect(spark.javaHome).toBe(jdk)
  expect(existsSync(spark.python)).toBe(true)
  const calls = readFileSync(join(folder, 'pip.log'), 'utf8').trim().split('\n')
  expect(calls).toEqual([expect.stringMatching(/-r .*local\/spark\/requirements\.txt$/)])
})

test('an install that failed is told with its reason, and made anew the next time', async () => {
  const { folder, install } = fakeTools('echo "ERROR: no route to host" >&2; exit 1')
  await expect(install()).rejects.toThrow(/pip could not install PySpark: ERROR: no route to host/)
  await expect(install()).rejects.toThrow(/no route/)
  expect(readFileSync(join(folder, 'pip.log'), 'utf8').trim().split('\n')).toHaveLength(2)
  expect(readdirSync(join(folder, 'cache')).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('a missing JDK 17 is named before anything is downloaded', async () => {
  const { folder } = fakeTools('true')
  const places = { environment: {}, jdks: [] }
  await expect(installSpark({ cache: join(folder, 'cache'), places })).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringContaining('needs a JDK 17'),
  })
  expect(existsSync(join(folder, 'cache'))).toBe(false)
})

test('the version is that of Glue 5.1', () => {
  expect(sparkVersion()).toBe('3.5.6')
})
