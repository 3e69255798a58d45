import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MEANINGS } from '../../../lambdas/record-failure/meanings.ts'
import * as errors from '../../../lambdas/shared/errors.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const runbook = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8')

/** The text below a heading, on one line. */
const section = (name: string): string =>
  (runbook.split(/^#{2,3} /m).find((part) => part.startsWith(`${name}\n`)) ?? '').replaceAll('\n', ' ')

describe('the runbook', () => {
  it.each(Object.keys(errors))('says what %s looks like, what it means and what to type', (name) => {
    expect(Object.keys(MEANINGS), `lambdas/record-failure/meanings.ts lacks ${name}`).toContain(name)
    expect(section(name), `docs/runbook.md lacks "### ${name}"`).toContain('```')
    expect(section(name)).toMatch(/\*\*Means\.\*\* .*\*\*Do\.\*\* .*\*\*Type\.\*\* /)
  })

  it.each(Object.entries(MEANINGS))(
    'says the same of %s as the message does',
    (name, { means, mend, goOn }) => {
      expect(section(name)).toContain(`**Means.** ${means}`)
      expect(section(name)).toContain(`**Do.** ${mend}`)
      const type = section(name).split('**Type.**')[1] ?? ''
      expect(type.toLowerCase()).toContain(goOn)
    },
  )

  it('has every alarm of the stream path', () => {
    const source = readFileSync(path.join(root, 'infra/stream/stream-alarms.ts'), 'utf8')
    const alarms = Array.from(source.matchAll(/this\.#alarm\('(\w+)'/g), ([, name]) => name)
    expect(alarms.length).toBeGreaterThan(10)
    for (const alarm of alarms) expect(section("The stream's alarms")).toContain(`\`${alarm}\``)
  })

  it('points to pages that are there', () => {
    for (const [, page = ''] of runbook.matchAll(/\]\(([\w./-]+)\)/g))
      expect(existsSync(path.join(root, 'docs', page)), page).toBe(true)
  })

  it('is where the message sends its reader', () => {
    expect(readFileSync(path.join(root, 'lambdas/record-failure/failure-message.ts'), 'utf8')).toContain(
      'docs/runbook.md',
    )
  })
})
