import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { installFlink } from '../../../../local/flink/install-flink.ts'
import { fakeProgram, temporaryFolder } from '../engines/fake-program.ts'

afterEach(() => vi.unstubAllEnvs())

test('builds the application, and knows what runs it', async () => {
  const folder = temporaryFolder()
  const home = join(folder, 'jvm/jdk')
  for (const name of ['java', 'javac']) fakeProgram(join(home, 'bin', name), 'true')
  writeFileSync(join(home, 'release'), 'JAVA_VERSION="17.0.1"\n')
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'pom.xml'), '<project/>')
  const target = join(app, 'target')
  fakeProgram(
    join(folder, 'bin/mvn'),
    `echo built > ${target}/ecomm-streaming-app.jar; echo /m2/flink.jar > ${target}/provided.cp`,
  )
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
  const places = { environment: {}, jdks: [join(folder, 'jvm')] }
  expect(await installFlink({ app, places })).toEqual({
    java: join(home, 'bin/java'),
    jar: join(target, 'ecomm-streaming-app.jar'),
    classPath: '/m2/flink.jar',
  })
})
