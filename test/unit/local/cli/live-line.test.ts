import { describe, expect, it } from 'vitest'
import { LiveLine } from '../../../../local/cli/live-line.ts'
import { notAgain } from '../../../../local/cli/not-again.ts'

/** What a terminal of that width would show at last, line by line; what is no terminal has no width. */
function screen(terminal: { readonly columns?: number } | undefined) {
  let written = ''
  const out = {
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
    write: (text: string) => {
      written += text
      return true
    },
  } as unknown as NodeJS.WriteStream
  return {
    out,
    line: new LiveLine(out),
    shown: () => written.split('\n').map((line) => line.split('\r\x1b[2K').at(-1)),
  }
}

describe('the live line', () => {
  it('takes the place of the former one on a terminal', () => {
    const { line, shown } = screen({ columns: 40 })
    line.show(() => 'a longer line')
    line.show(() => 'short')
    expect(shown()).toEqual(['short'])
  })

  it('is never as wide as the terminal, which would begin a new line', () => {
    const { line, shown } = screen({ columns: 10 })
    const widths: number[] = []
    line.show((columns) => {
      widths.push(columns)
      return '0123456789abc'
    })
    expect([widths, shown()]).toEqual([[9], ['012345678']])
    const unknown = screen({})
    unknown.line.show((columns) => String(columns))
    expect(unknown.shown()).toEqual(['79'])
  })

  it('makes room for what is said in between, on whichever stream, and leaves nothing behind', () => {
    const { out, line, shown } = screen({ columns: 40 })
    line.show(() => '1 event')
    line.say('delivery: the disk is full\n', out)
    line.say('and more\n')
    line.show(() => '2 events')
    line.clear()
    line.clear()
    expect(shown()).toEqual(['delivery: the disk is full', 'and more', ''])
  })

  it('is one line below the other where there is no terminal, whatever its length', () => {
    const { line, shown } = screen(undefined)
    line.show((columns) => `${columns}`)
    line.say('said\n')
    line.show(() => 'x'.repeat(300))
    line.clear()
    expect(shown()).toEqual(['Infinity', 'said', 'x'.repeat(300), ''])
  })
})

it('what comes again and again is told once in a while', () => {
  let now = 0
  const isNews = notAgain(1000, () => now)
  const told = ['a', 'a', 'b', 'a'].map(isNews)
  now = 1000
  expect([...told, isNews('a'), isNews('b')]).toEqual([true, false, true, false, true, true])
})
