import { writeSync } from 'node:fs'
import { z } from 'zod'
import { openLake } from '../../local/cli/open-lake.ts'
import type { HistoryEvent } from '../../local/executor/history-event.ts'

/**
 * A process that begins a night, or goes on with it, and kills itself at the first point of its kind that it has not died at
 * before. It says at which: its parent passes that on to the next one.
 */
const order = z.object({
  root: z.string(),
  /**
   * `entered`: a state has been entered, its task not called. `submitted`: what a `.sync` task started runs.
   * `answered`: a task has done its work, and nobody has written that down. `effect`: between two effects of Publish.
   */
  kinds: z.array(z.enum(['entered', 'submitted', 'answered', 'effect'])),
  died: z.array(z.string()),
  /** After how many effects of Publish to die. */
  effects: z.array(z.number()).default([]),
})
const { root, kinds, died, effects } = order.parse(JSON.parse(process.argv[2] ?? '{}'))

/** SIGKILL: nothing is written any more, nobody is told. */
function dieAt(kind: (typeof kinds)[number], where: string): void {
  const point = `${kind} ${where}`
  if (!kinds.includes(kind) || died.includes(point)) return
  writeSync(1, `${JSON.stringify({ point })}\n`)
  process.kill(process.pid, 'SIGKILL')
}

let isPublishing = false
function onEvent({ type, state = '' }: HistoryEvent): void {
  if (type === 'LambdaFunctionStarted') isPublishing = state === 'Publish'
  if (type.endsWith('StateEntered')) dieAt('entered', state)
  if (type === 'TaskSubmitted') setTimeout(() => dieAt('submitted', state), 10)
}

const lake = await openLake({
  lake: root,
  exclusive: true,
  memory: '1GB',
  threads: 2,
  executor: {
    door: (door) => ({
      async run(resource, input, signal, onSubmitted) {
        const answer = await door.run(resource, input, signal, onSubmitted)
        dieAt('answered', resource.split(':').slice(-2).join(':'))
        return answer
      },
    }),
  },
})
const { registry, objects, names } = lake.platform
let done = 0
const countEffect = () => {
  if (!isPublishing) return
  done += 1
  if (effects.includes(done)) dieAt('effect', String(done))
}
const call = registry.call.bind(registry)
registry.call = async (...args) => {
  const answer = await call(...args)
  countEffect()
  return answer
}
const put = objects.put.bind(objects)
objects.put = async (...args) => {
  const answer = await put(...args)
  countEffect()
  return answer
}

const machine = names.nightly
const [last] = lake.executions.list(machine)
const { ended } = last
  ? await lake.states.redrive({ machine, name: last.name, onEvent })
  : await lake.states.start({ machine, input: {}, onEvent })
const { status, error } = await ended
await lake[Symbol.asyncDispose]()
writeSync(1, `${JSON.stringify({ status, error })}\n`)
