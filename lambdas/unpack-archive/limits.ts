/**
 * What an archive may unpack to. Counted while it is read, because an archive's own figures can lie. A month of the data
 * set is 9 GB and packs to a fifth.
 */
export interface Limits {
  readonly bytes: number
  /** Bytes unpacked for each byte of the archive; looked at only above `ratioFloor`, small files pack well. */
  readonly ratio: number
  readonly ratioFloor: number
}

export const LIMITS: Limits = { bytes: 100 * 2 ** 30, ratio: 100, ratioFloor: 64 * 2 ** 20 }
