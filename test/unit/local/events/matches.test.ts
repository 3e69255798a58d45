import { describe, expect, it } from 'vitest'
import { matches } from '../../../../local/events/matches.ts'

const pattern = { source: ['aws.states'], detail: { status: ['FAILED', 'ABORTED'] } }

describe('an event pattern', () => {
  it.each([
    [{ source: 'aws.states', detail: { status: 'ABORTED', name: 'r1' } }, true],
    [{ source: 'aws.states', detail: { status: 'SUCCEEDED' } }, false],
    [{ source: 'aws.glue', detail: { status: 'FAILED' } }, false],
    [{ source: 'aws.states' }, false],
    [{ source: 'aws.states', detail: 'FAILED' }, false],
    ['aws.states', false],
  ])('%j: %s', (event, expected) => {
    expect(matches(pattern, event)).toBe(expected)
  })

  it('that compares in another way than by value is an error, never a guess', () => {
    const event = { source: 'aws.states' }
    expect(() => matches({ source: [{ prefix: 'aws.' }] }, event)).toThrow(
      /\{"prefix":"aws\."\}.*does not know/,
    )
    expect(() => matches({ source: 'aws.states' }, event)).toThrow(/source has "aws.states"/)
  })
})
