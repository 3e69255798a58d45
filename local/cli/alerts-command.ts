import path from 'node:path'
import { type Command, Option } from 'commander'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { SEVERITIES, type Severity } from '../../catalog/stream.ts'
import { openDynamoDb } from '../dynamodb/dynamodb.ts'
import { isLakeLocked, lockLake } from '../executor/lake-lock.ts'
import { type ControlRecord, controlRecords } from '../stream/runtime/control-records.ts'
import { hasStream } from '../stream/runtime/open-stream-platform.ts'
import { outboxMessages } from '../stream/runtime/outbox.ts'
import { readRunning, streamFolder } from '../stream/runtime/stream-folder.ts'
import { type FormatOptions, formatOption, print } from './command-options.ts'
import { UsageError } from './exit-codes.ts'
import type { Table } from './format.ts'

interface AlertsOptions extends FormatOptions {
  readonly severity?: Severity
  readonly all?: boolean
  readonly messages?: boolean
}

const { region } = DEFAULT_DEPLOYMENT
const names = namesOf(DEFAULT_DEPLOYMENT)
const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** From the process that runs the path, or from its files where nobody does. */
async function recordsOf(root: string): Promise<ControlRecord[]> {
  const { folder, tables } = streamFolder(root)
  const ask = (endpoint: string) => controlRecords({ endpoint, region, name: names.controlTable })
  const running = isLakeLocked(folder) ? readRunning(root) : undefined
  if (running) return await ask(running.dynamodb)
  using _lock = lockLake(folder)
  await using dynamodb = await openDynamoDb({ folder: tables, region, tables: [] })
  return await ask(dynamodb.endpoint)
}

/** Incidents, newest first; with `all` each followed by its alerts. */
export function incidentTable(
  records: readonly ControlRecord[],
  { severity = 'low', all = false }: Pick<AlertsOptions, 'severity' | 'all'>,
): Table {
  const from = SEVERITIES.indexOf(severity)
  const alerts = records.filter((one) => one.record === 'alert')
  const incidents = records
    .filter((one) => one.record === 'incident')
    .filter(({ incident_severity }) => SEVERITIES.indexOf(incident_severity) >= from)
    .toSorted((a, b) => b.since - a.since || (a.rule < b.rule ? -1 : 1))
  const rows = incidents.flatMap((incident) => {
    const { rule, key_column, key_value, since, until, incident_severity, peak, told } = incident
    const own = alerts
      .filter((one) => one.rule === rule && one.key_value === key_value)
      .filter(({ window_start_ms, window_end_ms }) => window_start_ms >= since && window_end_ms <= until)
      .toSorted((a, b) => a.window_start_ms - b.window_start_ms)
    const key = `${key_column} ${key_value}`
    const row = ['incident', incident_severity, rule, key, time(since), time(until), peak, own.length, told]
    const shown = own.filter((one) => all && SEVERITIES.indexOf(one.severity) >= from)
    return [
      row,
      ...shown.map((one) => [
        'alert',
        one.severity,
        rule,
        key,
        time(one.window_start_ms),
        time(one.window_end_ms),
        one.measure_value,
        null,
        null,
      ]),
    ]
  })
  return {
    columns: ['record', 'severity', 'rule', 'key', 'since', 'until', 'measure', 'alerts', 'told'],
    rows,
  }
}

async function alerts(options: AlertsOptions): Promise<void> {
  const root = path.resolve(options.lake)
  if (!hasStream(root))
    throw new UsageError(
      `the rules have read nothing at ${options.lake} yet: npm run lake -- stream --for 60s`,
    )
  if (!options.messages) {
    print(incidentTable(await recordsOf(root), options), options.format)
    return
  }
  const messages = outboxMessages(root, names.incidentsTopic)
  if (options.format !== 'table') {
    const rows = messages.map(({ publishedAt, Subject, Message }) => [publishedAt, Subject, Message])
    print({ columns: ['published', 'subject', 'message'], rows }, options.format)
    return
  }
  for (const { publishedAt, Subject, Message } of messages)
    process.stdout.write(`${publishedAt}  ${Subject}\n\n${Message}\n\n`)
  if (messages.length === 0) process.stdout.write('(no messages)\n')
}

export function registerAlerts(program: Command): void {
  program
    .command('alerts')
    .description('list what the rules found: incidents, their alerts, and what was told')
    .addOption(new Option('--severity <severity>', 'of this severity or a higher one').choices(SEVERITIES))
    .option('--all', 'each alert below its incident')
    .addOption(
      new Option('--messages', 'what was sent to those who are called, in full').conflicts([
        'all',
        'severity',
      ]),
    )
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  npm run lake -- alerts --severity medium
  npm run lake -- alerts --messages`,
    )
    .action(async (_: unknown, command: Command) => alerts(command.optsWithGlobals<AlertsOptions>()))
}
