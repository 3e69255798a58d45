/** A record on its way to a stream. */
export interface Outgoing {
  /** Records of the same key arrive in the order in which they were put. */
  readonly key: string
  readonly data: Uint8Array
  /** A place in the stream's range of hashes, where it is not the key's own. */
  readonly explicitHashKey?: string
  /** Events in it: more than one where it is an aggregated record. */
  readonly events: number
}

/** Where a simulation goes. */
export interface Sender {
  /** Takes records; resolves once there is room for more. Rejects once sending has failed for good. */
  put(records: readonly Outgoing[]): Promise<void>
  /** Resolves once everything is where it goes to. */
  flush(): Promise<void>
  readonly sent: Sent
}

export interface Sent {
  /** Records that arrived, and the events in them. */
  records: number
  events: number
  bytes: number
  /** Records that were refused and sent again, once for each time. */
  resent: number
}
