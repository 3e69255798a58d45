import { userInfo } from 'node:os'
import { expect, test, vi } from 'vitest'
import { startedBy } from '../../../../local/cli/started-by.ts'

vi.mock('node:os', async (original) => ({ ...(await original()), userInfo: vi.fn() }))

test('the user at the command line is named', () => {
  vi.mocked(userInfo).mockReturnValue({ username: 'ada' } as ReturnType<typeof userInfo>)
  expect(startedBy()).toEqual({ startedBy: 'ada' })
})

test('a user without a name, as in containers, is named by number', () => {
  vi.mocked(userInfo).mockImplementation(() => {
    throw new Error('uv_os_get_passwd returned ENOENT')
  })
  expect(startedBy().startedBy).toMatch(/^uid \d+$/)
})
