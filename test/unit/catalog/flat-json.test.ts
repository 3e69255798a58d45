import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { parseAnyJson } from '../../../catalog/exact-json.ts'
import { parseFlatJson } from '../../../catalog/flat-json.ts'

const EVENT =
  '{"event_time":"2019-10-01 00:00:00 UTC","product_id":1004767,"category_id":2053013555631882655,"category_code":null,"price":246.50,"user_session":"17566c27-0a8f-4506-9f30-c6a2ccbf583b","ü":"straße"}'

test('gives every value as the text that stands there', () => {
  expect(parseFlatJson(EVENT)).toEqual({
    event_time: '2019-10-01 00:00:00 UTC',
    product_id: '1004767',
    category_id: '2053013555631882655',
    category_code: null,
    price: '246.50',
    user_session: '17566c27-0a8f-4506-9f30-c6a2ccbf583b',
    ü: 'straße',
  })
})

/** Whatever it reads, it reads as the exact parser does; the rest it leaves to that. */
function agrees(text: string): void {
  const flat = parseFlatJson(text)
  if (flat === undefined) return
  expect(flat, text).toEqual(parseAnyJson(text))
}

test('reads all kinds of numbers, and the last of two values with one name', () => {
  for (const number of ['0', '-0', '1e3', '1E+30', '-1.50', '9007199254740993', '1e999']) {
    const text = `{"n":${number},"t":"","n2":${number}}`
    expect(parseFlatJson(text), text).toEqual({ n: number, t: '', n2: number })
    agrees(text)
  }
  expect(parseFlatJson('{"a":1,"a":"b"}')).toEqual({ a: 'b' })
})

test('leaves to the exact parser what is written otherwise, and what is no JSON', () => {
  for (const text of [
    '',
    '{}',
    '[1]',
    ' {"a":1}',
    '{"a":1} ',
    '{"a": 1}',
    '{"a":true}',
    '{"a":{"b":1}}',
    '{"a":[1]}',
    '{"a":"\\u0041"}',
    '{"a":"tab\there"}',
    '{"__proto__":null}',
    '{"a":1,}',
    '{"a":1',
    '{"a":01}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":nul}',
    '{"a":nullx}',
    '{"a":NaN}',
    '{"a"}',
    '{"a',
    '{"a":"b',
    '{a:1}',
    '{"a":1}{"b":2}',
    '{"a":1;"b":2}',
  ])
    expect(parseFlatJson(text), text).toBeUndefined()
})

test('agrees with the exact parser on whatever becomes of an event when a character is lost, doubled or changed', () => {
  const others = ['"', '\\', '{', '}', ':', ',', '0', '-', 'n', ' ', '\n']
  for (let at = 0; at < EVENT.length; at++) {
    const [before, after] = [EVENT.slice(0, at), EVENT.slice(at + 1)]
    agrees(before + after)
    agrees(before + EVENT[at] + EVENT[at] + after)
    for (const other of others) agrees(before + other + after)
  }
})

test('texts do not keep the whole text in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const kept: unknown[] = []
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 2000; i++)
    kept.push(parseFlatJson(`{"session":"session number ${i}","filling":"${'x'.repeat(20_000)}"}`)?.session)
  collect()
  expect(kept).toHaveLength(2000)
  // As parts of their texts they would keep 40 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
})
