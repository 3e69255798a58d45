import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type SendAnswer, type SendOrder, sendAnswer } from './send.ts'

export interface Producer extends Disposable {
  /** Lets it begin; resolves when everything is sent. */
  run(): Promise<SendAnswer>
}

/** A producer that is ready to send. */
export async function openProducer(order: SendOrder): Promise<Producer> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'send.ts'), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { done, value } = await lines.next()
    if (done) throw new Error('the producer ended before it was done')
    return value
  }
  await line()
  return {
    async run() {
      const ended = once(child, 'exit')
      child.stdin.end('go\n')
      const answer = sendAnswer.parse(JSON.parse(await line()))
      await ended
      return answer
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}
