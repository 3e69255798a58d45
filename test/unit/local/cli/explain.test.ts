import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../../lambdas/shared/errors.ts'
import { EXIT, InterruptedError, UsageError } from '../../../../local/cli/exit-codes.ts'
import { explain } from '../../../../local/cli/explain.ts'
import { ExecutionNameError } from '../../../../local/executor/execution-store.ts'

const systemError = (code: string, path?: string) => Object.assign(new Error(`${code}: no`), { code, path })

describe('an error at the command line', () => {
  it.each([
    new UsageError('say what'),
    new InvalidInputError('a.csv is empty'),
    new ExecutionNameError('a b'),
  ])('that speaks for itself is printed as it is: %s', (error) => {
    expect(explain(error)).toEqual({ text: error.message, code: EXIT.usage })
  })

  it.each([
    ['EACCES', /permission/],
    ['ENOSPC', /disk is full/],
    ['EROFS', /read-only/],
    ['ENOTDIR', /name another/],
    ['EISDIR', /name another/],
    ['EDQUOT', /quota/],
  ])('of the system names the file and the remedy: %s', (code, remedy) => {
    const { text, code: exit } = explain(systemError(code, '/lake/x'))
    expect(text).toMatch(/^\/lake\/x can't be written: /)
    expect(text).toMatch(remedy)
    expect(exit).toBe(EXIT.usage)
    expect(explain(systemError(code)).text).toMatch(/^a file of the lake /)
  })

  it('of a folder that can not be made, which Node tells of as missing, is one of a read-only file system', () => {
    const error = Object.assign(systemError('ENOENT', '/lake/work'), { syscall: 'mkdir' })
    expect(explain(error)).toEqual({
      text: expect.stringMatching(/^\/lake\/work .*read-only/),
      code: EXIT.usage,
    })
    expect(explain(systemError('ENOENT', '/lake/x')).code).toBe(EXIT.unexpected)
  })

  it('that is an interruption has its exit code', () => {
    expect(explain(new InterruptedError())).toEqual({
      text: 'ended by Ctrl-C or SIGTERM',
      code: EXIT.interrupted,
    })
  })

  it('that nobody expected shows where it comes from', () => {
    const error = new TypeError('x is not a function')
    expect(explain(error)).toEqual({ text: error.stack, code: EXIT.unexpected })
    expect(explain('thrown text')).toEqual({ text: 'thrown text', code: EXIT.unexpected })
    expect(explain(undefined).code).toBe(EXIT.unexpected)
  })
})
