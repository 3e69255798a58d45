import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { StreamsSender } from '../../local/stream/runtime/streams-sender.ts'
import { eventually } from '../eventually.ts'
import { mountDisk, NO_DISK } from './small-disk.ts'
import { alarm, expectAllThere, flood, names, openPath, userIn, view } from './stream-path.ts'

it('a full disk takes no events, says so, and loses none of those that it took', async ({ skip }) => {
  const disk = mountDisk('40m')
  if (!disk) return skip(NO_DISK)
  onTestFinished(disk.unmount)
  const on = await openPath({ root: path.join(disk.folder, 'lake') })
  const user = userIn(0)
  const [before, while_, after] = [flood(user), [view(user, 11)], flood(user, 60)]
  await on.put(user, before)
  await on.read(before.length)
  disk.fill()
  await expect(on.put(user, while_)).rejects.toMatchObject({ name: expect.stringMatching(/^Internal/) })
  // A sender in the same process goes on trying.
  const errors: string[] = []
  const sender = new StreamsSender({
    streams: on.stream.streams,
    stream: names.eventStream,
    unread: () => 0,
    onError: (error) => errors.push(String(error)),
  })
  const large = view(user, 12, { padding: 'x'.repeat(100_000) })
  const sending = sender.put([{ key: String(user), data: Buffer.from(large), events: 1 }])
  await eventually(() => errors.includes('Error: database or disk is full'))
  disk.free()
  await sending
  await on.put(user, after)
  await on.end()
  expectAllThere(on, [...before, large, ...after])
  expect(await on.alerts()).toEqual([`${user} 12 high`, `${user} 12 high`])
  expect(on.told()).toEqual([alarm(user)])
})
