import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { EventRule } from '../executor/definition.ts'
import type { LambdaInvoker } from '../executor/lambda-invoker.ts'
import { readDocument, writeDocument } from '../files.ts'
import { type EndedExecution, executionEvent } from './execution-event.ts'
import { matches } from './matches.ts'

/** As often as Lambda calls a function that nobody waits for. */
const ATTEMPTS = 3
const PAUSE_MS = 50
/** As long as a dead-letter queue keeps an event. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1000

/** `<root>/events/<machine>/<name>.json`: the end that was announced last. */
const announced = z.object({ stoppedAt: z.string() })

export interface EventBusOptions {
  /** The folder of all state. */
  readonly root: string
  readonly rules: readonly EventRule[]
  readonly invoker: Pick<LambdaInvoker, 'invoke'>
  /** Why an execution can't be redriven; undefined where it can. */
  readonly notRedrivable?: (execution: EndedExecution) => string | undefined
  /** Told what could not be delivered. */
  readonly say?: (text: string) => void
}

/** EventBridge's default bus, as far as Step Functions sends events to it: delivers them to the functions that rules name. */
export class EventBus {
  readonly #options: EventBusOptions

  constructor(options: EventBusOptions) {
    this.#options = options
  }

  /**
   * Tells the rules' targets that an execution has ended, and remembers that. What can't be delivered is said, and comes
   * again with `announceMissed`; targets have to bear an event that comes twice.
   */
  async announceEnd(execution: EndedExecution): Promise<void> {
    const { rules, notRedrivable, say = (text) => process.stderr.write(`${text}\n`) } = this.#options
    const event = executionEvent({ ...execution, notRedrivable: notRedrivable?.(execution) })
    const targets = rules.filter(({ pattern }) => matches(pattern, event)).flatMap(({ targets }) => targets)
    try {
      for (const target of targets) await this.#deliver(target, event)
      if (targets.length > 0) writeDocument(this.#file(execution), { stoppedAt: execution.stoppedAt })
    } catch (error) {
      const { name, status } = execution
      say(
        `${name} ended ${status}, which could not be recorded and told: ${error instanceof Error ? error.message : error}. ` +
          'The next command that writes to the lake tries again.',
      )
    }
  }

  /** Announces what a process could not that was killed, or had no room to write: ends of the last fortnight. */
  async announceMissed(executions: readonly EndedExecution[]): Promise<void> {
    const missed = executions.filter(
      (execution) =>
        execution.stoppedAt !== null &&
        Date.now() - Date.parse(execution.stoppedAt) < KEPT_MS &&
        !this.#isAnnounced(execution),
    )
    // The oldest first, as they happened.
    for (const execution of missed.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)))
      await this.announceEnd(execution)
  }

  #isAnnounced(execution: EndedExecution): boolean {
    const found = announced.safeParse(readDocument(this.#file(execution)))
    return found.success && found.data.stoppedAt === execution.stoppedAt
  }

  async #deliver(target: string, event: unknown): Promise<void> {
    const name = /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:([\w-]+)$/.exec(target)?.[1]
    if (name === undefined) throw new Error(`a rule's target can only be a function here, not ${target}`)
    for (let attempt = 1; ; attempt += 1) {
      try {
        // Whoever stopped the execution did not stop this.
        await this.#options.invoker.invoke(name, event, new AbortController().signal)
        return
      } catch (error) {
        if (attempt === ATTEMPTS) throw error
        await sleep(PAUSE_MS * attempt)
      }
    }
  }

  #file({ machine, name }: EndedExecution): string {
    return path.join(this.#options.root, 'events', machine, `${name}.json`)
  }
}
