import { HALT_REMEDY } from '../athena-views/data-test.ts'
import { MARTS } from '../athena-views/index.ts'
import { REJECT_REASONS } from '../catalog/events.ts'
import { REJECT_TEXTS } from '../glue-jobs/reject-texts.ts'
import { CONFIGURATIONS, configurationOf } from '../infra/config.ts'
import { KEY_RULES, type KeyRule } from '../lambdas/gate-partition-key/key-rules.ts'
import { NAME_RULES } from '../lambdas/gate-partition-key/partition-key-rules.ts'
import { FEWEST_EVENTS, FEWEST_OF_A_KIND } from '../lambdas/gate-slice/drift.ts'
import { driftRules } from '../lambdas/gate-slice/drift-rules.ts'
import type { Rule } from '../lambdas/gate-slice/rule.ts'
import { SLICE_RULES } from '../lambdas/gate-slice/rules.ts'
import type { RuleText } from '../lambdas/shared/rule-text.ts'
import type { Overrides, Thresholds } from '../lambdas/shared/thresholds.ts'
import { markdownTable } from './markdown-table.ts'

const ACTIONS = { warn: 'warns', quarantine: 'sets aside', halt: 'halts' } as const

const shown = (value: number, unit: RuleText['unit']): string =>
  unit === 'share' ? `${Number((value * 100).toFixed(4))} %` : value.toLocaleString('en-US')

const thresholdsText = (thresholds: Thresholds, unit: RuleText['unit']): string =>
  Object.entries(ACTIONS)
    .flatMap(([action, does]) => {
      const value = thresholds[action as keyof typeof ACTIONS]
      return value === undefined ? [] : [`${does} above ${shown(value, unit)}`]
    })
    .join(', ') || 'off'

/** One text where all environments agree, else each text with those that it holds in. */
function perEnvironment(
  name: string,
  rule: RuleText & { thresholds: Thresholds },
  section: 'slice' | 'partitionKey',
): string {
  const texts = Object.keys(CONFIGURATIONS).map((environment) => {
    const overrides: Overrides = configurationOf(environment).quality[section]
    return { environment, text: thresholdsText(overrides[name] ?? rule.thresholds, rule.unit) }
  })
  const groups = [...Map.groupBy(texts, ({ text }) => text)]
  return groups.length === 1
    ? (groups[0]?.[0] ?? '')
    : groups
        .map(([text, members]) => `${members.map(({ environment }) => environment).join(', ')}: ${text}`)
        .join('; ')
}

const COLUMNS = ['rule', 'measures', 'action', 'what to do']

const sliceTable = (rules: readonly Rule[]): string =>
  markdownTable(
    COLUMNS,
    rules.map((rule) => [rule.name, rule.checks, perEnvironment(rule.name, rule, 'slice'), rule.remedy]),
  )

const keyTable = (): string =>
  markdownTable(COLUMNS, [
    ...Object.entries<KeyRule>(KEY_RULES).map(([name, rule]) => [
      name,
      rule.checks,
      perEnvironment(name, rule, 'partitionKey'),
      rule.remedy,
    ]),
    ...Object.entries(NAME_RULES).map(([name, { checks, remedy, action }]) => [name, checks, action, remedy]),
  ])

/** What warns, test by test with what to do; what halts, mart by mart: there is one thing to do about all of it. */
function testTables(): string {
  const warning = MARTS.flatMap(({ name, tests }) =>
    tests
      .filter(({ severity }) => severity === 'warn')
      .map((test) => [`\`${name}\``, test.name, test.remedy]),
  )
  const halting = MARTS.map(({ name, tests }) => {
    const names = tests.filter(({ severity }) => severity === 'halt').map((test) => test.name)
    return [`\`${name}\``, names.join('; ')]
  })
  return [
    markdownTable(['mart', 'warns unless', 'what to do'], warning),
    markdownTable(['mart', 'halts unless'], halting),
    `Where one halts: ${HALT_REMEDY.charAt(0).toLowerCase()}${HALT_REMEDY.slice(1)}\n`,
  ].join('\n')
}

/** The page of everything that is checked before anybody reads the data. */
export const qualityPage = (): string =>
  [
    '# Quality\n',
    'What is checked, by which figures, and what to do. Generated from `glue-jobs/`, `lambdas/` and `athena-views/` by `npm run docs`.\n',
    '- A rule that **warns** lets the night go on; the warning is in its message, its audit record and `npm run lake -- quality`.',
    '- One that **sets aside** leaves a slice out of the release: readers keep the former version of it.',
    '- One that **halts** ends the night: nothing is published.\n',
    'A threshold is exceeded, not reached. The rules carry the thresholds that hold where an environment has no others; those stand under',
    "`quality` in `infra/config.ts`, by the rule's name, in place of all of the rule's own. They reach the functions at the next deployment,",
    'and the embedded platform, which is `dev`, at the next start. An empty set (`{}`) turns a rule off.\n',
    '## Rows\n',
    'A row that is rejected goes to the quarantine with all of its reasons; the rest of its file goes on.\n',
    markdownTable(
      ['reason', 'when', 'what to do'],
      REJECT_REASONS.map((reason) => [
        `\`${reason}\``,
        REJECT_TEXTS[reason].when,
        REJECT_TEXTS[reason].remedy,
      ]),
    ),
    '## The partition key\n',
    'Over the profile of all exported files that changed, before any of them is curated. The stream has none: see categories below.\n',
    keyTable(),
    '## Slices\n',
    'Over what curation counted in one month of one source. A slice of the stream is judged a step milder: what would halt the night sets it',
    'aside, what would set it aside warns ([ADR 46](adr/0046-the-stream-is-curated-by-month-of-arrival.md)).\n',
    sliceTable(SLICE_RULES.filter((rule) => !driftRules.some(({ name }) => name === rule.name))),
    '## Drift\n',
    `Against the same month as it is published, or where the release lacks it, the month before. Below ${shown(FEWEST_EVENTS, 'count')} events on either side,`,
    `and below ${FEWEST_OF_A_KIND} expected events of a kind, there is nothing to say. See [ADR 26](adr/0026-drift-is-told-not-judged.md).\n`,
    sliceTable(driftRules),
    '## Marts\n',
    'Over each month of a mart that was built, before anything reads it. A message names the first rows that break a test.\n',
    testTables(),
  ].join('\n')
