import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildFlink } from '../../local/flink/build-flink.ts'
import { notebookParagraphs } from '../../scripts/flink-notebook.ts'
import { detectionProperties } from '../../stream/flink-sql/detection-properties.ts'
import { configuredRules } from '../../stream/rules/settings.ts'
import { runFlinkJava } from './run-flink-java.ts'

type Groups = Readonly<Record<string, Readonly<Record<string, string>>>>

const folder = mkdtempSync(join(tmpdir(), 'flink-application-'))
beforeAll(async () => {
  await buildFlink({ say: (text) => console.log(text) })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stream = (name: string) => ({
  'stream.arn': `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`,
  'aws.region': 'us-east-1',
})
const detection = detectionProperties(configuredRules())
const { 'slow-crawler.low': _, ...withoutOne } = detection
const groups: Groups = {
  events: stream('a'),
  findings: stream('b'),
  'dead-letters': stream('c'),
  detection,
}
const { detection: __, ...withoutDetection } = groups

let files = 0
async function start(all: Groups) {
  const file = join(folder, `${++files}.json`)
  const listed = Object.entries(all).map(([PropertyGroupId, PropertyMap]) => ({
    PropertyGroupId,
    PropertyMap,
  }))
  writeFileSync(file, JSON.stringify(listed))
  return runFlinkJava('ecomm.streaming.StreamingApplication', [file])
}

describe('the application does not start', () => {
  test.each<[string, Groups, RegExp]>([
    ['a group', withoutDetection, /The application has no property group 'detection'\./],
    [
      'a threshold',
      { ...groups, detection: withoutOne },
      /The property 'slow-crawler\.low' of the group 'detection' is missing\./,
    ],
    ['a stream', { ...groups, events: {} }, /The property 'stream\.arn' of the group 'events' is missing\./],
  ])('without %s', async (_, all, message) => {
    const { code, stderr } = await start(all)
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)])
  })

  test.each<[string, string]>([
    ['a fraction', '1.5'],
    ['a word', 'many'],
    ['more SQL', '5 or true'],
    ['more than 64 bits', '9223372036854775808'],
  ])('with %s for a threshold', async (_, value) => {
    const { code, stderr } = await start({
      ...groups,
      detection: { ...detection, 'slow-crawler.low': value },
    })
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        `The property 'slow-crawler.low' of the group 'detection' has to be a whole number, it is: ${value}`,
      ),
    ])
  })

  test("with a sink's name where its ARN should be", async () => {
    const { code, stderr } = await start({ ...groups, findings: { ...stream('b'), 'stream.arn': 'b' } })
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("The property 'stream.arn' of the group 'findings' is no ARN of a stream: b"),
    ])
  })
})

test('Flink can run every statement of the notebook', async () => {
  const statements = notebookParagraphs().flatMap((paragraph) => paragraph.statements)
  const { code, stdout, stderr } = await runFlinkJava(
    'ecomm.streaming.ExplainStatements',
    [],
    JSON.stringify(statements),
  )
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("Flink can't run")])
  expect(stdout.trimEnd().split('\n')).toHaveLength(statements.length)
})
