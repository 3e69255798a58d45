import { AggregatingSender } from '../../../../stream/simulator/aggregating-sender.ts'
import type { Outgoing } from '../../../../stream/simulator/outgoing.ts'

/** Texts of one key in one record, as the KPL packs them. */
export async function aggregated(key: string, texts: readonly string[]): Promise<Outgoing> {
  const made: Outgoing[] = []
  const sender = new AggregatingSender({
    put: async (records) => void made.push(...records),
    flush: async () => {},
    sent: { records: 0, events: 0, bytes: 0, resent: 0 },
  })
  await sender.put(texts.map((text) => ({ key, data: Buffer.from(text), events: 1 })))
  const [record, ...more] = made
  if (!record || more.length > 0) throw new Error(`${texts.length} texts are not one aggregated record`)
  return record
}

/** A package whose checksum is wrong in its last bit. */
export function damaged(data: Uint8Array): Buffer {
  const bytes = Buffer.from(data)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return bytes
}

/** A package with nothing in it: an empty message, and the MD5 of one. */
export const EMPTY_PACKAGE = Buffer.from('f3899ac2d41d8cd98f00b204e9800998ecf8427e', 'hex')
