import { z } from 'zod'
import type { Names } from '../../catalog/names.ts'
import { environment } from '../shared/environment.ts'
import type { ExecutionEnd } from './execution-end.ts'

export interface Commands {
  /** Goes on where the execution stopped. */
  readonly redrive: string
  /** Starts another one with the same input. */
  readonly anew: string
}

/** What commands need to know of an execution. */
type Addressed = Pick<ExecutionEnd, 'executionArn' | 'stateMachineArn' | 'name' | 'input'>

const child = z.object({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string() })

/** The execution that has started this one as a part of itself; undefined where nobody waits for it. */
export function parentOf({ input }: Addressed): (Addressed & { readonly machine: string }) | undefined {
  const parsed = child.safeParse(jsonOf(input))
  if (!parsed.success) return undefined
  const executionArn = parsed.data.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID
  const [machine = '', name = ''] = executionArn.split(':').slice(-2)
  const stateMachineArn = executionArn.replace(/:execution:.*$/, `:stateMachine:${machine}`)
  return { executionArn, stateMachineArn, machine, name, input: '{}' }
}

/** What to type, ready to be pasted. */
export function commandsFor(end: Addressed): Commands {
  const { operatedBy, names, lakeFolder } = environment()
  if (operatedBy === 'aws') return awsCommands(end)
  const machine = end.stateMachineArn.split(':').at(-1) ?? ''
  return lakeCommands({ machine, name: end.name, input: jsonOf(end.input) }, names, lakeFolder)
}

function awsCommands({ executionArn, stateMachineArn, input }: Addressed): Commands {
  const call = (action: string, ...options: string[]) =>
    ['aws stepfunctions', action, '--region', executionArn.split(':')[3], ...options].join(' ')
  return {
    redrive: call('redrive-execution', '--execution-arn', executionArn),
    anew: call('start-execution', '--state-machine-arn', stateMachineArn, '--input', quoted(input ?? '{}')),
  }
}

/** What the commands of the embedded platform have options for. */
const inputs = z.object({
  months: z.array(z.string()).nullish(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  acceptDeletions: z.array(z.string()).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  release: z.string().optional(),
  reason: z.string().optional(),
  resume: z.boolean().optional(),
  rate: z.number().optional(),
  source: z.string().optional(),
})

/** An execution, as the commands of the embedded platform name it. */
interface LakeExecution {
  readonly machine: string
  readonly name: string
  /** What it was started with. */
  readonly input: unknown
}

/** The commands of the embedded platform; `folder` is that of the lake, '' where it is the usual one. */
export function lakeCommands(
  { machine, name, input }: LakeExecution,
  names: Names,
  folder: string,
): Commands {
  const isNight = machine === names.nightly
  const kind = Object.entries(names).find(([, physical]) => physical === machine)?.[0] ?? machine
  const { months, force, dryRun, acceptDeletions, from, to, release, reason, resume, rate, source } =
    inputs.safeParse(input).data ?? {}
  const options = [
    ...(release ? [quoted(release)] : []),
    ...(reason ? ['--reason', quoted(reason)] : []),
    ...(resume ? ['--resume'] : []),
    ...(from && to ? ['--from', from, '--to', to] : []),
    ...(rate ? ['--rate', `${rate}`] : []),
    ...(source === 'backup' ? ['--backup'] : []),
    ...(months ? ['--months', ...months] : []),
    ...(force ? ['--force'] : []),
    ...(dryRun ? ['--dry-run'] : []),
    ...(acceptDeletions?.length ? ['--accept-deletions', ...acceptDeletions] : []),
  ]
  const at = folder === '' ? [] : ['--lake', quoted(folder)]
  return {
    redrive: ['npm run lake -- redrive', quoted(name), ...(isNight ? [] : ['--machine', kind]), ...at].join(
      ' ',
    ),
    anew: ['npm run lake --', isNight ? 'start' : kind, ...options, ...at].join(' '),
  }
}

/** As a POSIX shell reads it. */
const quoted = (text: string): string =>
  /^[\w.,:=/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

const jsonOf = (text: string | null | undefined): unknown => {
  try {
    return JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
}
