import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Names } from '../../../catalog/names.ts'
import { type Machine, parentsOf } from '../../../local/executor/definition.ts'
import { type ParitySection, writeParitySection } from '../../../scripts/parity-sections.ts'
import { synthesized } from '../../infra/synthesized.ts'
import { installCheckers } from './install-checkers.ts'
import { BACKFILL_MONTHS, BACKFILLS, ROLLBACKS, VACUUMS } from './maintenance-scripts.ts'
import { type Execution, runInMoto, type ScriptedRun } from './moto.ts'
import { NIGHTS } from './nightly-scripts.ts'
import { REPLAYS } from './replay-scripts.ts'
import { runInOurs } from './run-in-ours.ts'

type Kind = 'nightly' | 'backfill' | 'backfillMonth' | 'rollback' | 'vacuum' | 'replay'

const RUNS: Readonly<Record<Kind, Readonly<Record<string, ScriptedRun>>>> = {
  nightly: NIGHTS,
  backfill: BACKFILLS,
  backfillMonth: BACKFILL_MONTHS,
  rollback: ROLLBACKS,
  vacuum: VACUUMS,
  replay: REPLAYS,
}
const KINDS = Object.keys(RUNS) as Kind[]

const { machines: batch, names } = synthesized()
const machines = { ...batch, ...synthesized('dev', 'StreamStack').machines }
const machineOf = (kind: Kind): Machine => machines[(names as Names)[kind]] as Machine

const theirs = new Map<Kind, readonly Execution[]>()
const rows = new Map<Kind, (string | number)[][]>(KINDS.map((kind) => [kind, []]))

beforeAll(async () => {
  const { python } = await installCheckers()
  const all = KINDS.map((kind) => ({ machine: machineOf(kind), runs: Object.values(RUNS[kind]) }))
  const executions = await runInMoto(python, all)
  for (const [i, kind] of KINDS.entries()) theirs.set(kind, executions[i] ?? [])
})
afterAll(() => {
  if (KINDS.some((kind) => rows.get(kind)?.length !== Object.keys(RUNS[kind]).length)) return
  const tables: ParitySection['tables'] = KINDS.map((kind) => ({
    caption: `\`${names[kind]}\``,
    columns: ['what happens', 'states entered', 'tasks called', 'both end'],
    rows: rows.get(kind) ?? [],
  }))
  writeParitySection('definition-2-executor', {
    title: 'The state machines in a second executor',
    text: `The ASL of every state machine in the Step Functions of moto (Python) and in the executor of this platform, with the same
scripted answers to its tasks: the same states in the same order (inside Maps of several items: as often), the same calls,
the same end and output.`,
    tables,
  })
})

test('every state machine is run', () => {
  expect(KINDS.map((kind) => names[kind]).sort()).toEqual(Object.keys(machines).sort())
})

describe.each(KINDS)('%s in a second executor, where', (kind) => {
  const machine = machineOf(kind)
  const parents = parentsOf(machine)
  const titles = Object.keys(RUNS[kind])
  // Items of a Map run side by side: which one comes first is nobody's promise.
  const inOrder = (visited: readonly string[]) => {
    const items = visited.filter((state) => parents.has(state))
    return [
      visited.filter((state) => !parents.has(state)),
      new Set(items).size < items.length ? items.toSorted() : items,
    ]
  }

  test.each(titles.map((title, i) => [title, i] as const))('%s', async (title, i) => {
    const ours = await runInOurs(machine, RUNS[kind][title] as ScriptedRun)
    const other = theirs.get(kind)?.[i] as Execution
    expect(inOrder(other.visited)).toEqual(inOrder(ours.visited))
    expect(other.calls).toEqual(ours.calls)
    expect(other.status).toBe(ours.status)
    expect(other.output ?? null).toEqual(ours.output ?? null)
    // moto lets no name of Step Functions' own out of a Map.
    expect(other.error).toBe(ours.error?.startsWith('States.') ? 'States.Runtime' : ours.error)
    const calls = Object.values(ours.calls).reduce((sum, n) => sum + n, 0)
    rows.get(kind)?.push([title, ours.visited.length, calls, ours.error ?? ours.status])
  })
})
