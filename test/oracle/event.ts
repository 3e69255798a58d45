/** An event as the oracle sees it: plain values, nothing of the catalog. */
export interface OracleEvent {
  /** Milliseconds since 1970, UTC. */
  readonly time: number
  readonly type: string
  readonly product: bigint
  readonly categoryId: bigint
  readonly code: string | null
  readonly brand: string | null
  readonly cents: bigint | null
  readonly user: bigint
  readonly session: string | null
  readonly source: 'csv' | 'stream'
}

/** A row of a view: ids and counts bigint, rates number, everything else text. */
export type Row = Readonly<Record<string, bigint | number | string | null>>

export type View = (events: readonly OracleEvent[], month: string) => Row[]

export const categoryOf = ({ code, categoryId }: OracleEvent): string => code ?? `category ${categoryId}`

export const ofType = (events: readonly OracleEvent[], type: string): OracleEvent[] =>
  events.filter((event) => event.type === type)
