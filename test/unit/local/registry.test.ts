import { expect, test } from 'vitest'
import { z } from 'zod'
import { AwsError, Registry } from '../../../local/registry.ts'

const context = () => ({ signal: new AbortController().signal })

const echo = () => {
  const registry = new Registry()
  registry.register('glue', 'getTable', z.object({ Name: z.string() }), async (input) => ({ input }))
  return registry
}

test('an action is called by its name in either spelling, and members that it does not know are ignored', async () => {
  const registry = echo()
  const expected = { input: { Name: 'a' } }
  expect(await registry.call('glue', 'getTable', { Name: 'a', Later: true }, context())).toEqual(expected)
  expect(await registry.call('glue', 'GetTable', { Name: 'a' }, context())).toEqual(expected)
  expect(registry.actions()).toEqual(['glue:getTable'])
})

test('a member of the wrong type is a ValidationException that names it', async () => {
  const failure = echo().call('glue', 'getTable', { Name: 7 }, context())
  await expect(failure).rejects.toMatchObject({
    name: 'ValidationException',
    status: 400,
    message: expect.stringMatching(/glue:getTable.*Name/s),
  })
  await expect(echo().call('glue', 'getTable', undefined, context())).rejects.toThrow(AwsError)
})

test('an unknown action is not implemented, by name', async () => {
  await expect(echo().call('glue', 'GetJobs', {}, context())).rejects.toMatchObject({
    code: 'NotImplemented',
    status: 501,
    message: 'glue:getJobs is not emulated on this machine',
  })
})

test('nothing starts for a caller who has given up', async () => {
  await expect(
    echo().call('glue', 'getTable', { Name: 'a' }, { signal: AbortSignal.abort(new Error('gone')) }),
  ).rejects.toThrow('gone')
})
