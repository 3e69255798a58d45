import { LAKE, monthOfKey, RAW } from '../../catalog/layout.ts'
import { putDocument } from '../shared/documents-store.ts'
import { environment } from '../shared/environment.ts'
import { AlreadyRunningError, InvalidInputError } from '../shared/errors.ts'
import { runningBefore, spelled } from '../shared/executions.ts'
import type { MachineStart } from '../shared/machine-start.ts'
import type { BackfillOrder } from '../shared/maintenance-documents.ts'
import { listMonths } from '../shared/objects.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'
import { parseInput } from './parse-input.ts'

/** What the states of a backfill are given. */
export interface BackfillState extends BackfillOrder {
  readonly execution: string
  readonly startedAt: string
}

/** Makes the range's months the backfill's own: nights that start from now on leave them to it. */
export async function startBackfill({
  execution,
  run,
  startedAt,
  input,
}: MachineStart): Promise<BackfillState> {
  const { from, to, force, months } = parseInput(input)
  await refuseSecond(execution, startedAt)
  await refuseUsedName(run, startedAt)
  const present = await monthsWithFiles()
  const order: BackfillOrder = {
    run,
    from,
    to,
    force,
    months: months.filter((month) => present.has(month)),
    missing: months.filter((month) => !present.has(month)),
  }
  if (order.months.length === 0)
    throw new InvalidInputError(
      `No month from ${from} to ${to} has files in s3://${environment().rawBucket}/${RAW.uncompressed}, ` +
        `${RAW.archives} or ${RAW.stream}. Upload them first.`,
    )
  await putDocument(LAKE.run(run, 'backfill'), order)
  return { execution, startedAt, ...order }
}

async function refuseSecond(execution: string, startedAt: string): Promise<void> {
  const [other] = await runningBefore(execution, startedAt, ['backfill'])
  if (other)
    throw new AlreadyRunningError(
      `A backfill is running: ${spelled(other)}. Wait for its end or stop it, then start this one again.`,
    )
}

async function monthsWithFiles(): Promise<ReadonlySet<string | undefined>> {
  const { rawBucket } = environment()
  const zones = [RAW.uncompressed, RAW.archives, RAW.stream]
  const files = await Promise.all(zones.map((zone) => listMonths(rawBucket, zone)))
  return new Set(files.flat().map(({ key }) => monthOfKey(key)))
}
