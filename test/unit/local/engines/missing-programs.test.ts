import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingPrograms } from '../../../../local/engines/missing-programs.ts'
import { fakeProgram, temporaryFolder } from './fake-program.ts'

test('names what no folder of the PATH has', () => {
  const [first, second] = [temporaryFolder(), temporaryFolder()]
  fakeProgram(join(second, 'mvn'), 'true')
  writeFileSync(join(first, 'unzip'), 'a file that is no program')
  mkdirSync(join(first, 'tar'))
  const PATH = `/nowhere::${first}:${second}`
  expect(missingPrograms(['mvn', 'tar', 'unzip'], { PATH })).toEqual(['tar', 'unzip'])
  expect(missingPrograms(['mvn'], {})).toEqual(['mvn'])
})
