import type { RawBuilder } from 'kysely'
import { activityStream, findingStream } from '../../catalog/stream.ts'
import type { Table } from '../../catalog/table.ts'
import { builderFor } from '../../sql/builder.ts'
import { createTable } from '../../sql/flink/create-table.ts'
import type { Kpi } from '../kpis/kpi.ts'
import type { Rule } from '../rules/rule.ts'
import { TIME } from '../time-settings.ts'
import { kpiStatement } from './kpi-statement.ts'
import { AS_GIVEN, type Numbers } from './numbers.ts'
import { thresholdStatement } from './threshold-statement.ts'
import { trailingStatement } from './trailing-statement.ts'

const db = builderFor<never>('flink')

/** What stands in the text: its clauses on lines of their own, for those who read it in Flink's dashboard or in Studio. */
const readable = (statement: RawBuilder<unknown>): string =>
  statement
    .compile(db)
    .sql.replaceAll(/ (from|where|group by|join) (?![^(]*')/g, '\n$1 ')
    .replace(/ select /, '\nselect ')

/** A rule as an `INSERT`. */
export const ruleInsert = (rule: Rule, numbers: Numbers = AS_GIVEN): string =>
  readable(rule.kind === 'threshold' ? thresholdStatement(rule, numbers) : trailingStatement(rule, numbers))

/** A KPI as one. */
export const kpiInsert = (kpi: Kpi): string => readable(kpiStatement(kpi))

/** One `INSERT` a rule and KPI: the application puts them into one StatementSet, which is one job. */
export const ruleStatements = (rules: readonly Rule[], kpis: readonly Kpi[]): string[] => [
  ...rules.map((rule) => ruleInsert(rule)),
  ...kpis.map(kpiInsert),
]

type Options = Readonly<Record<string, string>>

/** Stream 2, or any table of findings. */
export const findingsTable = (options: Options, partitionedBy?: readonly string[]): string =>
  createTable({ table: findingStream, options, ...(partitionedBy && { partitionedBy }) })

/**
 * Stream 1 as a table of SQL, for files and for a notebook. The application reads it with a source in Java instead: SQL's Kinesis
 * source has one watermark for all shards that a task reads, and drops what lies behind it.
 */
export const eventsTable = (options: Options, table: Table = activityStream): string =>
  createTable({ table, options, watermark: { column: 'txn_timestamp', lag: TIME.outOfOrderness } })

/** Statements as one script. */
export const script = (statements: readonly string[]): string => `${statements.join(';\n\n')};\n`
