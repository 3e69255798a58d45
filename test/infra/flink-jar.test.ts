import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigurationError } from '../../infra/config.ts'
import { findFlinkJar } from '../../infra/flink-jar.ts'
import { packagedFiles } from '../../stream/flink-sql/packaged.ts'

let app: string
beforeEach(() => {
  app = mkdtempSync(path.join(tmpdir(), 'flink-app-'))
})
afterEach(() => rmSync(app, { recursive: true, force: true }))

function build(files: Readonly<Record<string, string>> = packagedFiles()): string {
  for (const [name, text] of Object.entries({ ...files, '../ecomm-streaming-app.jar': '' })) {
    const file = path.join(app, 'target/packaged', name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return path.join(app, 'target/ecomm-streaming-app.jar')
}

test('the Flink application is deployed where it has been built', () => {
  const jar = build()
  expect(findFlinkJar(app)).toEqual({ jar })
})

test('where it has not, it is said what is left out, and how to build it', () => {
  expect(findFlinkJar(app)).toEqual({
    missing: `The StreamStack is left out: its Flink application is not at ${path.join(app, 'target/ecomm-streaming-app.jar')}. Build it with npm run build:flink (it needs a JDK 17 and Maven).`,
  })
})

test('one that was built of other rules is not deployed', () => {
  const former = Object.entries(packagedFiles()).map(([name, text]): [string, string] => [
    name,
    name === 'sql/slow-crawler.sql' ? text.replace('9700', '9000') : text,
  ])
  build(Object.fromEntries(former))
  expect(() => findFlinkJar(app)).toThrow(ConfigurationError)
  expect(() => findFlinkJar(app)).toThrow(
    /was built of other rules \(sql\/slow-crawler\.sql\)\. Build it again with npm run build:flink/,
  )
})
