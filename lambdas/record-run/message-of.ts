import type { RunRecord } from '../shared/documents.ts'
import { listing } from '../shared/listing.ts'
import { type Notification, notification } from '../shared/notification.ts'
import { totalsOf } from './totals-of.ts'

/** What operators read in the morning: is it published, how much was it, does anything need them. */
export function messageOf(record: RunRecord, environment: string): Notification {
  const { run, status, release, slices, setAside, adopted = [], martsBuilt, warnings } = record
  const { read, curated, duplicates, quarantined, leftOut } = totalsOf(record)
  const attention = warnings.length > 0 ? `, ${warnings.length} warnings` : ''
  return notification(`[${environment}] Lakehouse night ${status}${attention}`, [
    status === 'published'
      ? `Release ${release} is published.`
      : `Nothing new was published; ${why(record)}.`,
    `Run ${run}: ${seconds(record)} s, ${slices.length} slices, ${martsBuilt} mart months.`,
    ...(slices.length > 0
      ? [
          `${read} rows read: ${curated} curated, ${duplicates} duplicates, ${quarantined} quarantined` +
            `${leftOut > 0 ? `, ${leftOut} left out` : ''}.`,
        ]
      : []),
    ...(adopted.length > 0 ? [`Curated by earlier runs: ${listing(adopted, 6)}.`] : []),
    ...(setAside.length > 0 ? [`Set aside for their quality: ${listing(setAside)}.`] : []),
    ...(warnings.length > 0 ? ['Warnings:', `- ${listing(warnings, 10, '\n- ')}`] : []),
  ])
}

const why = ({ status, release }: RunRecord): string =>
  status === 'held'
    ? 'publication is held, as the first warning says'
    : release
      ? `${release} stays current`
      : 'nothing had changed'

const seconds = ({ startedAt, endedAt }: RunRecord): number =>
  Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
