import { S3Client } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { execute, query } from '../../../lambdas/shared/athena-query.ts'
import { s3 } from '../../../lambdas/shared/clients.ts'
import { databrewProfile } from '../../../lambdas/shared/databrew-profile.ts'
import { findDocument, putDocument } from '../../../lambdas/shared/documents-store.ts'
import { environment } from '../../../lambdas/shared/environment.ts'
import { inParallel } from '../../../lambdas/shared/in-parallel.ts'
import { headObject } from '../../../lambdas/shared/objects.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

describe('the environment', () => {
  it('is read when it is asked for, and names what is missing', () => {
    expect(environment()).toMatchObject({ lakeBucket: LAKE_BUCKET, dialect: 'athena', environment: 'dev' })
    vi.stubEnv('SQL_DIALECT', 'duckdb')
    expect(environment().dialect).toBe('duckdb')
    vi.stubEnv('LAKE_BUCKET', undefined)
    expect(environment).toThrow(/environment is incomplete:.*LAKE_BUCKET/s)
  })
})

describe('names', () => {
  it('are those that the function was deployed with', () => {
    vi.stubEnv('LAKE_BUCKET', 'ecommerce-lake-us-east-1-dev-111122223333')
    expect(environment().names.lakeBucket).toBe('ecommerce-lake-us-east-1-dev-111122223333')
  })
})

describe('clients', () => {
  it('are made once, and anew where the endpoint changes', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined)
    const first = s3()
    expect(s3()).toBe(first)
    expect(first.config.forcePathStyle).toBe(false)
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:1')
    const local = s3()
    expect(local).toBeInstanceOf(S3Client)
    expect(local).not.toBe(first)
    expect(local.config.forcePathStyle).toBe(true)
  })
})

describe('documents', () => {
  const schema = z.object({ a: z.number() })

  it('come back as they were put', async () => {
    await putDocument('control/x.json', { a: 1 })
    expect(await findDocument(schema, 'control/x.json')).toEqual({ a: 1 })
    expect(await findDocument(schema, 'control/y.json')).toBeUndefined()
  })

  it('that are damaged are named', async () => {
    aws.s3.put(LAKE_BUCKET, 'x.json', '{"a":')
    await expect(findDocument(schema, 'x.json')).rejects.toThrow(/^s3:.*x.json is not JSON/)
    aws.s3.put(LAKE_BUCKET, 'x.json', '{"a":"1"}')
    await expect(findDocument(schema, 'x.json')).rejects.toThrow(/x.json does not have the form/)
  })

  it('are put only where the condition holds', async () => {
    expect(await putDocument('x.json', 1, { ifNoneMatch: '*' })).toBe(true)
    expect(await putDocument('x.json', 2, { ifNoneMatch: '*' })).toBe(false)
    const etag = (await headObject(LAKE_BUCKET, 'x.json'))?.etag ?? ''
    expect(await putDocument('x.json', 2, { ifMatch: etag })).toBe(true)
    expect(await putDocument('x.json', 3, { ifMatch: etag })).toBe(false)
  })

  it('of which S3 says something unexpected are not taken for missing', async () => {
    vi.spyOn(aws.s3, 'send').mockRejectedValue(new Error('AccessDenied'))
    await expect(findDocument(schema, 'x.json')).rejects.toThrow('AccessDenied')
    await expect(headObject(LAKE_BUCKET, 'x.json')).rejects.toThrow('AccessDenied')
  })
})

describe('Athena queries', () => {
  it('give rows of all pages by column name, null as undefined, and what was read', async () => {
    aws.athena.answer = () => [
      { a: '1', b: undefined },
      { a: '2', b: 'x' },
      { a: '3', b: '' },
    ]
    expect(await query('SELECT')).toEqual({
      rows: [{ a: '1' }, { a: '2', b: 'x' }, { a: '3', b: '' }],
      bytesScanned: 1000,
    })
  })

  it('without rows give none', async () => {
    expect((await query('SELECT')).rows).toEqual([])
  })

  it('that were cancelled are failures', async () => {
    vi.spyOn(aws.athena, 'send').mockImplementation(async () => ({
      QueryExecutionId: 'q',
      QueryExecution: { Status: { State: 'CANCELLED' } },
    }))
    await expect(execute('SELECT')).rejects.toThrow('Athena query q cancelled: no reason')
  })

  it.each([
    ['that Athena calls retryable', { AthenaError: { Retryable: true } }, 'RetryableQueryError'],
    [
      'that were throttled',
      { StateChangeReason: 'S3: Please reduce your request rate.' },
      'RetryableQueryError',
    ],
    [
      'that are wrong',
      { StateChangeReason: 'SYNTAX_ERROR', AthenaError: { Retryable: false } },
      'QueryFailedError',
    ],
  ])('%s fail under a name of their own', async (_, status, name) => {
    vi.spyOn(aws.athena, 'send').mockImplementation(async () => ({
      QueryExecutionId: 'q',
      QueryExecution: { Status: { State: 'FAILED', ...status } },
    }))
    await expect(execute('SELECT')).rejects.toMatchObject({ name })
  })

  it('run in the catalog and database of the deployment, not in `default`', async () => {
    const send = vi.spyOn(aws.athena, 'send')
    await execute('SELECT')
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      input: { QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'ecommerce_lake' } },
    })
  })
})

describe('a DataBrew profile', () => {
  const profile = (count: string) =>
    databrewProfile.safeParse(
      JSON.parse(
        `{"sampleSize":${count},"columns":[{"name":"a","type":"bigint","distinctValuesCount":1,"missingValuesCount":0}]}`,
      ),
    )

  it.each([
    ['42000000', 42_000_000],
    ['42000000.0', 42_000_000],
    ['4.2E7', 42_000_000],
  ])('can write the count %s', (written, count) => {
    expect(profile(written).data?.sampleSize).toBe(count)
  })

  it('has no half rows', () => {
    expect(profile('1.5').success).toBe(false)
  })
})

describe('inParallel', () => {
  it('keeps the order and the limit', async () => {
    let now = 0
    let most = 0
    const doubled = await inParallel([3, 1, 2], 2, async (n) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, n))
      now -= 1
      return n * 2
    })
    expect(doubled).toEqual([6, 2, 4])
    expect(most).toBe(2)
  })

  it('throws only when no call is under way, and starts no further one', async () => {
    const ended: number[] = []
    const all = inParallel([1, 2, 3, 4], 2, async (n) => {
      if (n === 1) throw new Error('first')
      await new Promise((resolve) => setTimeout(resolve, 5))
      ended.push(n)
    })
    await expect(all).rejects.toThrow('first')
    expect(ended).toEqual([2])
  })
})
