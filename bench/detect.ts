// Precision, recall and delay of the rules over a labelled hour with every attack and every hard case.
//   npm run bench:detect -- [--rate 16] [--seed 42] [--minutes 60]
import { parseArgs } from 'node:util'
import { number, render } from '../local/cli/format.ts'
import { RULES } from '../stream/rules/index.ts'
import { MINUTE } from '../stream/rules/window.ts'
import { detect } from './detect-hour.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '16' },
    seed: { type: 'string', default: '42' },
    minutes: { type: 'string', default: '60' },
  },
})
const [rate, seed, minutes] = [values.rate, values.seed, values.minutes].map(Number) as [
  number,
  number,
  number,
]
if (!(rate > 0) || !Number.isInteger(seed) || !(minutes > 0))
  throw new Error('--rate and --minutes take numbers above 0, --seed a whole number')

const share = (value: number | null): string => (value === null ? '' : value.toFixed(3))
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const out = (text: string) => process.stdout.write(text)

const found = await detect(RULES, {
  seed,
  from: Date.UTC(2019, 9, 1, 13),
  eventsPerSecond: rate,
  lasting: minutes * MINUTE,
})
out(
  `${number(found.events)} events of ${minutes} minutes, ${found.spans.length} labels, in ${found.seconds.toFixed(1)} s\n\n`,
)
out(
  render(
    {
      columns: ['rule', 'alarms', 'precision', 'attacks', 'found', 'recall', 'false alarms', 'on hard cases'],
      rows: found.scores.map((row) => [
        row.rule,
        row.alerts,
        share(row.precision),
        row.attacks,
        row.found,
        share(row.recall),
        row.falseAlarms,
        row.onHardCases,
      ]),
    },
    'table',
  ),
)
out('\nFrom the first passing of a threshold that alarms to the alarm:\n')
out(
  render(
    {
      columns: ['attack', 'told by', 'after'],
      rows: found.delays.map(({ attack, rule, ms }) => [attack, rule, seconds(ms)]),
    },
    'table',
  ),
)
out(`\n${number(found.low)} findings of low severity, which alarm nobody\n`)
for (const alert of found.falseAlarms)
  out(`false alarm: ${alert.id}: ${alert.measure} ${alert.measure_value}\n`)
const total = found.scores.at(-1)
if (minutes === 60 && (total?.recall !== 1 || total.falseAlarms > 0)) process.exitCode = 1
