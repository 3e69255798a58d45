import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPython } from '../../../../local/engines/find-python.ts'
import { fakeProgram, temporaryFolder } from './fake-program.ts'

const REQUEST = { purpose: 'Spark', version: '3.11' }
const fakePython = (folder: string, name: string, version: string) =>
  fakeProgram(join(folder, name), `echo ${join(folder, name)}; echo ${version}`)

test('takes the Python of that version, by its own name or as python3', async () => {
  const [first, second] = [temporaryFolder(), temporaryFolder()]
  const own = fakePython(first, 'python3.11', '3.11')
  const plain = fakePython(second, 'python3', '3.11')
  expect(await findPython(REQUEST, { PATH: `${first}:${second}` })).toBe(own)
  expect(await findPython(REQUEST, { PATH: second })).toBe(plain)
})

test('takes the one that is named, and no other', async () => {
  const folder = temporaryFolder()
  fakePython(folder, 'python3.11', '3.11')
  const named = fakePython(folder, 'mine', '3.11')
  const old = fakePython(folder, 'old', '3.9')
  expect(await findPython(REQUEST, { PATH: folder, LAKEHOUSE_PYTHON: named })).toBe(named)
  await expect(findPython(REQUEST, { PATH: folder, LAKEHOUSE_PYTHON: old })).rejects.toThrow('old is 3.9')
})

test('says what is missing and what to do', async () => {
  const folder = temporaryFolder()
  fakePython(folder, 'python3', '3.12')
  fakeProgram(join(folder, 'python'), 'echo "No module named ensurepip" >&2; exit 1')
  await expect(findPython(REQUEST, { PATH: folder })).rejects.toMatchObject({
    name: 'MissingToolError',
    message: expect.stringMatching(
      /^Spark needs Python 3.11 with its module venv; no python3.11, python3 is 3.12, python: No module named ensurepip. Install it .*LAKEHOUSE_PYTHON/,
    ),
  })
})
