import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { expect, onTestFinished, test } from 'vitest'
import type { IndexedExecution } from '../../../../local/states/actions.ts'
import { clientConfig, openPlatform } from '../temporary-platform.ts'

const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:ecomm-nightly-dev'

const execution = (name: string, status: IndexedExecution['status']): IndexedExecution => ({
  name,
  status,
  arn: `arn:${name}`,
  startedAt: '2019-10-01T00:00:00.000Z',
  stoppedAt: status === 'RUNNING' ? null : '2019-10-01T00:01:00.000Z',
})

const open = async (executions: Record<string, IndexedExecution[]>) => {
  const platform = await openPlatform({ executions: { list: (machine) => executions[machine] ?? [] } })
  const sfn = new SFNClient(clientConfig(platform))
  onTestFinished(() => sfn.destroy())
  return sfn
}

test('executions of a state machine are listed, all or by status, in pages', async () => {
  const sfn = await open({ 'ecomm-nightly-dev': [execution('r2', 'RUNNING'), execution('r1', 'SUCCEEDED')] })
  const all = await sfn.send(new ListExecutionsCommand({ stateMachineArn }))
  expect(all.executions).toMatchObject([
    { name: 'r2', status: 'RUNNING', executionArn: 'arn:r2', startDate: new Date('2019-10-01T00:00:00Z') },
    { name: 'r1', stopDate: new Date('2019-10-01T00:01:00Z') },
  ])
  const running = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }))
  expect(running.executions?.map(({ name }) => name)).toEqual(['r2'])
  const first = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }))
  const second = await sfn.send(new ListExecutionsCommand({ stateMachineArn, nextToken: first.nextToken }))
  expect(second.executions?.map(({ name }) => name)).toEqual(['r1'])
})

test('an address that is no state machine’s is refused', async () => {
  const failure = (await open({})).send(new ListExecutionsCommand({ stateMachineArn: 'arn:x' }))
  await expect(failure).rejects.toMatchObject({ name: 'InvalidArn' })
})
