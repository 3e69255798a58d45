import { createHash } from 'node:crypto'
import { activityStream, DEAD_LETTER_REASONS, deadLetterStream, findingStream } from '../../catalog/stream.ts'
import { columnNames, defineTable } from '../../catalog/table.ts'
import { createTable, flinkRow } from '../../sql/flink/create-table.ts'
import { LONGEST_RAW } from '../dead-letter.ts'
import { EVENT_GRAMMAR } from '../event-grammar.ts'
import { KPIS } from '../kpis/index.ts'
import { RULES } from '../rules/index.ts'
import { TIME } from '../time-settings.ts'
import { AS_PROPERTIES } from './numbers.ts'
import { findingsTable, kpiInsert, ruleInsert } from './script.ts'

/**
 * What the application's source reads from stream 1: an event, or in the columns behind it the dead letter that a record
 * became; those of the other are null.
 */
const records = defineTable({
  name: 'ecomm_user_activity_records',
  grain: 'One row per record of stream 1, an event or a dead letter.',
  columns: { ...activityStream.columns, ...deadLetterStream.columns },
})

const names = (columns: readonly string[]): string => columns.map((name) => `\`${name}\``).join(', ')

/** `${findings.aws.region}` stands for a property of the group `findings`. */
const kinesis = (group: string, timestamps: 'ISO-8601' | 'SQL') => ({
  connector: 'kinesis',
  stream: `\${${group}.stream.name}`,
  'aws.region': `\${${group}.aws.region}`,
  format: 'json',
  'json.timestamp-format.standard': timestamps,
})

/** The statements that the application runs, by the names of their files, in their order. */
export function packagedStatements(): Readonly<Record<string, string>> {
  const rules = RULES.map((rule) => [rule.id, ruleInsert(rule, AS_PROPERTIES)] as const)
  const kpis = KPIS.map((kpi) => [kpi.id, kpiInsert(kpi)] as const)
  return {
    // Findings of a rule about a key keep their order.
    findings: findingsTable({ ...kinesis('findings', 'ISO-8601'), 'sink.partitioner-field-delimiter': '/' }, [
      'rule',
      'key_value',
    ]),
    'dead-letters': createTable({
      table: deadLetterStream,
      options: kinesis('dead-letters', 'SQL'),
      // Spread: those of one shard of stream 1 alone may be too many for one here.
      partitionedBy: ['sequence_number'],
    }),
    events: `create temporary view \`${activityStream.name}\` as\nselect ${names(columnNames(activityStream))}\nfrom \`${records.name}\`\nwhere \`raw\` is null`,
    'write-dead-letters': `insert into \`${deadLetterStream.name}\`\nselect ${names(columnNames(deadLetterStream))}\nfrom \`${records.name}\`\nwhere \`raw\` is not null`,
    ...Object.fromEntries([...rules, ...kpis]),
  }
}

/** What the application's Java has to know and does not write a second time. */
export function packagedSettings() {
  const statements = packagedStatements()
  return {
    records: { table: records.name, row: flinkRow(records), time: 'txn_timestamp' },
    time: TIME,
    fields: EVENT_GRAMMAR,
    reasons: DEAD_LETTER_REASONS,
    longestRaw: LONGEST_RAW,
    /** Which tables of findings and dead letters take further options of their property group. */
    sinks: { findings: findingStream.name, 'dead-letters': deadLetterStream.name },
    statements: Object.keys(statements),
    /** Is part of the names of all operators: state of other statements is never taken for that of these. */
    fingerprint: createHash('sha256')
      .update(JSON.stringify([flinkRow(records), statements]))
      .digest('hex')
      .slice(0, 12),
  }
}

/** The files of the jar that are generated, by path. */
export const packagedFiles = (): Readonly<Record<string, string>> => ({
  'settings.json': `${JSON.stringify(packagedSettings(), null, 2)}\n`,
  ...Object.fromEntries(
    Object.entries(packagedStatements()).map(([name, text]) => [`sql/${name}.sql`, `${text}\n`]),
  ),
})
