import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryEvent } from '../../../../local/executor/history-event.ts'
import { HistoryFile, readHistory } from '../../../../local/executor/history-file.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'history-'))
  file = path.join(folder, 'history.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const event = (id: number, text = ''): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  timestamp: id,
  type: 'PassStateExited',
  details: { output: text },
})

describe('a history file', () => {
  it('has a line for each event, in order, to be read while it grows', () => {
    using history = new HistoryFile(file)
    history.append(event(1))
    expect(readHistory(file)).toEqual([event(1)])
    history.append(event(2, 'ünïcode\nand a line end'))
    expect(readHistory(file)).toEqual([event(1), event(2, 'ünïcode\nand a line end')])
  })

  it('is empty where there is none', () => {
    expect(readHistory(file)).toEqual([])
  })

  it('survives a line that a killed process left half written, at whatever byte', () => {
    const line = JSON.stringify(event(2, 'é'))
    for (let cut = 1; cut <= Buffer.byteLength(line); cut += 1) {
      writeFileSync(file, `${JSON.stringify(event(1))}\n`)
      appendFileSync(file, Buffer.from(line).subarray(0, cut))
      expect(readHistory(file)).toEqual([event(1)])
      using history = new HistoryFile(file)
      history.append(event(2))
      expect(readHistory(file)).toEqual([event(1), event(2)])
      expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3)
    }
  })

  it('goes on behind what an earlier process wrote', () => {
    {
      using history = new HistoryFile(file)
      history.append(event(1))
    }
    using history = new HistoryFile(file)
    history.append(event(2))
    expect(readHistory(file).map(({ id }) => id)).toEqual([1, 2])
  })

  it('leaves out the lines of a version that had no numbers', () => {
    writeFileSync(file, `{"timestamp":1,"type":"StateEntered"}\n${JSON.stringify(event(1))}\n`)
    expect(readHistory(file)).toEqual([event(1)])
  })
})
