import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Pacer } from '../../../lambdas/send-events/pacer.ts'

test('lets so many pass in a second', async () => {
  const from = performance.now()
  const pacer = new Pacer(1000)
  for (let i = 0; i < 4; i++) await pacer.pass(100)
  expect(performance.now() - from).toBeGreaterThan(290)
})

test('does not make up for a time in which nothing passed: live events have had that room', async () => {
  const pacer = new Pacer(1000)
  await pacer.pass(1)
  await sleep(700)
  const from = performance.now()
  await pacer.pass(500)
  await pacer.pass(1)
  expect(performance.now() - from).toBeGreaterThan(290)
})
