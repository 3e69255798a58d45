import type { Outgoing } from './outgoing.ts'
import { SimulationError } from './simulation-error.ts'

/** Of a record with its key. */
export const MOST_BYTES = 2 ** 20

/** Bytes of a record as Kinesis counts them: its key is among them. */
export const sizeOf = ({ key, data }: Outgoing): number => data.byteLength + Buffer.byteLength(key)

/** Throws where a record is larger than Kinesis takes. */
export function requireSize(record: Outgoing): void {
  const size = sizeOf(record)
  if (size > MOST_BYTES)
    throw new SimulationError(
      `A record of ${record.key} has ${size} bytes: Kinesis takes 1 MiB, key included.`,
    )
}
