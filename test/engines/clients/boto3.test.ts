import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, goodLines } from '../../local/lake-harness.ts'
import { NIGHTLY_ARN, names, OCTOBER, openServedLake, type ServedLake } from './served-lake.ts'

describe('boto3 against a served lake', () => {
  let lake: ServedLake
  beforeAll(async () => {
    lake = await openServedLake()
  })
  afterAll(() => lake?.close())

  it('redrives a night that failed when its cause is mended, and reads the catalog', async () => {
    const bad = csv(...goodLines(100)).replace('event_time,', 'time,')
    await lake.aws(['s3', 'cp', '-', `${OCTOBER}bad.csv`], bad)
    const key = (name: string) => `${OCTOBER.slice(`s3://${names.rawBucket}/`.length)}${name}`
    const seen = await lake.python(
      'redrive.py',
      NIGHTLY_ARN,
      names.rawBucket,
      key('bad.csv'),
      key('good.csv'),
    )
    expect(seen.failed).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInputError',
      cause: expect.stringContaining('bad.csv'),
      redriveStatus: 'REDRIVABLE',
    })
    expect(seen.redriven).toBe(true)
    expect(seen.succeeded).toEqual({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveStatus: 'NOT_REDRIVABLE',
    })
    expect(seen.refused).toBe('ExecutionNotRedrivable')
    expect(seen.types).toEqual([
      'ExecutionStarted',
      'ExecutionFailed',
      'ExecutionRedriven',
      'ExecutionSucceeded',
    ])
    expect(seen.tables).toEqual(expect.arrayContaining(['ecomm_user_activity_parquet', 'sales_per_day']))
    expect(seen.columns).toMatchObject({ event_time: 'timestamp', price: 'decimal(10,2)', user_id: 'bigint' })
    expect(seen.keys).toEqual(['version', 'category_id'])
    expect(seen.partitions).toEqual([['csv-2019-10@mended', '2053013555631882655']])
    expect(seen.versions).toEqual(['0'])
  })
})
