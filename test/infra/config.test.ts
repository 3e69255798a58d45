import { describe, expect, test } from 'vitest'
import { CONFIGURATIONS, ConfigurationError, configurationOf } from '../../infra/config.ts'
import { synthesized } from './synthesized.ts'

describe('the configuration', () => {
  test.each(Object.keys(CONFIGURATIONS))('of %s is valid and synthesises', (environment) => {
    expect(configurationOf(environment).region).toBe('us-east-1')
    const { json, names } = synthesized(environment)
    expect(Object.keys(json.Resources).length).toBeLessThan(500)
    expect(names.nightly).toBe(`ecomm-nightly-${environment}`)
  })

  test('of an environment that is not there says which there are', () => {
    expect(() => configurationOf('staging')).toThrow(
      new ConfigurationError(
        "There is no environment 'staging'. Choose one of dev, test, prod with -c environment=<name>, or add it to infra/config.ts.",
      ),
    )
    expect(() => configurationOf('constructor')).toThrow(ConfigurationError)
  })

  test('names what is wrong and where', () => {
    expect(() => configurationOf('dev', { alertEmail: 'nobody' })).toThrow(
      /'dev' \(infra\/config\.ts\) is not valid:\n.*Invalid email address\n\s*→ at alertEmail/,
    )
  })

  test.each([
    ['a time zone', { schedule: { ...schedule(), timeZone: 'Mars/Olympus' } }, /not an IANA time zone/],
    ['a schedule', { schedule: { ...schedule(), cron: '0 2 * * *' } }, /a schedule is cron\(/],
    ['a region', { region: 'Frankfurt' }, /a region is written as us-east-1/],
    ['an owner of dashboards', { quicksightPrincipalArn: 'me' }, /not a QuickSight user's or group's ARN/],
    [
      'more slices than job runs',
      { curateConcurrency: 3 },
      /more slices at once than glue.maxConcurrentRuns/,
    ],
    [
      'more months of a backfill beside them',
      { backfillConcurrency: 3 },
      /with those of a backfill, more slices/,
    ],
    [
      'a vacuum that takes what can be redriven',
      { vacuum: { ...configurationOf('dev').vacuum, unpublishedDays: 14 } },
      /unpublishedDays/,
    ],
    [
      'a vacuum without time of grace',
      { vacuum: { ...configurationOf('dev').vacuum, graceHours: 0 } },
      /graceHours/,
    ],
    ["a bucket's suffix", { bucketSuffix: 'Acme' }, /a bucket's suffix is written as -acme/],
    ['a scan limit', { athenaScanLimitGiB: 0 }, /athenaScanLimitGiB/],
    [
      'thresholds that fall',
      { quality: { slice: { 'rejected rows': { warn: 0.5, halt: 0.1 } } } },
      /severer action needs a threshold that is at least as high.*\n.*quality/,
    ],
    [
      'a threshold below zero',
      { quality: { partitionKey: { 'missing values': { warn: -1 } } } },
      /quality\.partitionKey/,
    ],
    [
      'thresholds of detection that fall',
      { detection: { 'slow-crawler': { thresholds: { low: 90 } } } },
      /Rule slow-crawler: thresholds from low to high have to be ascending.*\n.*detection/,
    ],
    [
      'a window of detection of its own',
      { detection: { 'slow-crawler': { windowSeconds: 600 } } },
      /Rule slow-crawler: its windows .* are part of the Flink application's statements/,
    ],
    [
      'an amount below zero',
      { detection: { 'product-flood': { atLeast: { users: -1 } } } },
      /detection\["?product-flood"?\]\.atLeast\.users/,
    ],
  ])('refuses %s that can not be', (_, overrides, message) => {
    expect(() => configurationOf('dev', overrides)).toThrow(message)
  })

  test('refuses thresholds of a rule that there is none, by its name', () => {
    const quality = { slice: { 'rejected rosw': { warn: 1 } } } as never
    expect(() => configurationOf('dev', { quality })).toThrow(
      /Unrecognized key: "rejected rosw"\n.*quality\.slice/,
    )
  })

  test('refuses a setting that nothing reads', () => {
    expect(() => configurationOf('dev', { martsConcurrency: 4 } as never)).toThrow(
      /Unrecognized key: "martsConcurrency"/,
    )
  })
})

function schedule() {
  return { enabled: false, cron: 'cron(0 2 * * ? *)', timeZone: 'Etc/UTC', flexibleMinutes: 15 }
}
