import { publicViews } from '../athena-views/index.ts'
import type { Column, Columns } from '../catalog/column.ts'
import { userActivity } from '../catalog/events.ts'

/** The types that QuickSight knows of a relational column. */
export type InputType = 'STRING' | 'INTEGER' | 'DECIMAL' | 'DATETIME' | 'BOOLEAN'

export interface DataSetColumn {
  readonly name: string
  readonly type: InputType
  readonly description: string
  /** Ids are shown as text: digits are exact, and nobody sums them up. */
  readonly isId: boolean
}

/** A mart's view as dashboards see it: QuickSight's own copy in memory, SPICE. */
export interface DataSet {
  readonly view: string
  readonly title: string
  readonly columns: readonly DataSetColumn[]
}

const TYPES: Record<Exclude<Column['kind'], 'strings' | 'counts'>, InputType> = {
  bigint: 'INTEGER',
  integer: 'INTEGER',
  double: 'DECIMAL',
  decimal: 'DECIMAL',
  boolean: 'BOOLEAN',
  string: 'STRING',
  date: 'DATETIME',
  timestamp: 'DATETIME',
}

const title = (view: string): string => {
  const words = view.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function columnsOf(view: string, columns: Columns): DataSetColumn[] {
  return Object.entries(columns).map(([name, { kind, comment }]) => {
    if (kind === 'strings' || kind === 'counts')
      throw new TypeError(
        `${view}.${name} is a list or map, which QuickSight can't show: publish it as text.`,
      )
    return { name, type: TYPES[kind], description: comment, isId: kind === 'bigint' && name.endsWith('_id') }
  })
}

/**
 * One data set per mart. The events have none (docs/adr/0014): a copy of all of them each night would cost what exists, not
 * what changed, and a direct query is checked against its view, which no deployment before the first night has.
 */
export const DATA_SETS: readonly DataSet[] = publicViews
  .filter(({ name }) => name !== userActivity.name)
  .map(({ name, columns }) => ({ view: name, title: title(name), columns: columnsOf(name, columns) }))

/** The views whose copies a night refreshes. */
export const REFRESHED_VIEWS: readonly string[] = DATA_SETS.map(({ view }) => view)
