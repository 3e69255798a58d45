import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { wirePage } from '../../../scripts/wire-page.ts'

it('the page of actions is what "npm run docs" would write, and has each service', async () => {
  const page = await wirePage()
  expect(readFileSync(path.resolve(import.meta.dirname, '../../../docs/wire.md'), 'utf8')).toBe(page)
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name)
  expect(sections).toEqual([
    'S3',
    'Athena',
    'DataBrew',
    'DynamoDB',
    'Glue',
    'Kinesis Data Streams',
    'QuickSight',
    'SNS',
    'Step Functions',
    'STS',
  ])
  for (const action of ['RedriveExecution', 'CompleteMultipartUpload', 'GetQueryResults', 'GetTableVersions'])
    expect(page).toContain(`\`${action}\``)
})
