import { describe, expect, it } from 'vitest'
import { eventsTable, findingsTable, ruleStatements, script } from '../../../../stream/flink-sql/script.ts'
import { KPIS } from '../../../../stream/kpis/index.ts'
import { RULES } from '../../../../stream/rules/index.ts'
import { configuredRules } from '../../../../stream/rules/settings.ts'

describe('Flink SQL', () => {
  it.each([
    ...RULES.map((rule) => [rule.id, ruleStatements([rule], [])] as const),
    ...KPIS.map((kpi) => [kpi.id, ruleStatements([], [kpi])] as const),
  ])('of %s', async (id, statements) => {
    expect(statements).toHaveLength(1)
    await expect(script(statements)).toMatchFileSnapshot(`golden/${id}.sql`)
  })

  it('of the streams', async () => {
    const options = { connector: 'kinesis', stream: 'a', format: 'json' }
    await expect(script([eventsTable(options), findingsTable(options)])).toMatchFileSnapshot(
      'golden/tables.sql',
    )
  })

  it('is one statement a rule and KPI, with the thresholds of the environment', () => {
    const rules = configuredRules({ 'high-event-volume': { thresholds: { high: 99 } } })
    const statements = ruleStatements(rules, KPIS)
    expect(statements).toHaveLength(RULES.length + KPIS.length)
    expect(statements[0]).toContain("when `actions` > 99 then 'high'")
    for (const statement of statements)
      expect(statement).toMatch(/^insert into `ecomm_user_activity_stream_2`\n/)
  })
})
