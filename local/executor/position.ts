import type { Json } from './asl/json.ts'
import type { Machine } from './definition.ts'
import { enteredType, exitedType, type HistoryEvent } from './history-event.ts'

/** Where the states of a machine, an iteration or a branch stand. */
export interface Position {
  readonly state: string
  readonly input: Json
  /** The state's entry, where it was entered and has not been left. */
  readonly entered?: { readonly id: number; readonly timestamp: number }
  /** What happened last before the state, where it has not been entered. */
  readonly last?: number
  /** Of a Map or Parallel that has begun: how far its iterations or branches are, by their frame. */
  readonly parts?: ReadonlyMap<string, Part>
}

/** An iteration or branch: done, on its way, or begun and nothing more. */
export interface Part {
  readonly output?: Json
  readonly at?: Position
}

interface Node {
  output?: Json
  at?: Position
  parts?: Map<string, Node>
}

const toPart = ({ output, at, parts }: Node): Part => ({
  ...(output !== undefined && { output }),
  ...(at && {
    at: {
      ...at,
      ...(parts && { parts: new Map([...parts].map(([frame, node]) => [frame, toPart(node)])) }),
    },
  }),
})

function nodeAt(root: Node, frame: readonly string[]): Node {
  return frame.reduce((node, part) => {
    node.parts ??= new Map()
    const found = node.parts.get(part) ?? {}
    node.parts.set(part, found)
    return found
  }, root)
}

function replay(root: Node, event: HistoryEvent): void {
  const { id, timestamp, type, state = '', frame = [], details = {}, next } = event
  const node = nodeAt(root, frame)
  if (enteredType(event)) {
    node.at = { state, input: details.input ?? null, entered: { id, timestamp } }
    delete node.parts
  } else if (exitedType(event)) {
    const output = details.output ?? null
    delete node.parts
    delete node.at
    if (typeof next === 'string') node.at = { state: next, input: output, last: id }
    else node.output = output
  } else if (type === 'MapStateStarted' || type === 'ParallelStateStarted') {
    node.parts = new Map()
  } else if (type === 'ExecutionFailed' && details.error === 'States.DataLimitExceeded') {
    // "If the state failed because of a States.DataLimitExceeded error, the Map state is rerun, including the iterations that were successful."
    delete node.parts
  }
}

/**
 * Where an execution stands by its history. "A redriven workflow redrives unsuccessful states: those for which there is
 * no Exited event corresponding to the Entered event." Undefined where it has reached its end.
 */
export function positionAfter(
  history: readonly HistoryEvent[],
  machine: Machine,
  input: Json,
): Position | undefined {
  const root: Node = { at: { state: machine.StartAt, input } }
  for (const event of history) replay(root, event)
  return toPart(root).at
}
