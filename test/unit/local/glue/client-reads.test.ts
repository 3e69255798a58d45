import {
  GetCrawlersCommand,
  GetJobCommand,
  GetJobRunsCommand,
  GetJobsCommand,
  GetTablesCommand,
  GetTableVersionCommand,
  GetTableVersionsCommand,
  GlueClient,
  ListCrawlersCommand,
  ListJobsCommand,
  paginateGetTableVersions,
  StartJobRunCommand,
  StopCrawlerCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { expect, onTestFinished, test } from 'vitest'
import { clientConfig, openPlatform, until } from '../temporary-platform.ts'

const open = async () => {
  const platform = await openPlatform({ curateRunner: () => ({ run: async () => undefined }) })
  const glue = new GlueClient(clientConfig(platform))
  onTestFinished(() => glue.destroy())
  return { platform, glue }
}

const DatabaseName = 'ecommerce_lake'
const TableName = 'sales_per_day'

test('what a table was before an update stays readable as a version of it', async () => {
  const { glue } = await open()
  const update = (Description: string, SkipArchive?: boolean) =>
    glue.send(
      new UpdateTableCommand({ DatabaseName, TableInput: { Name: TableName, Description }, SkipArchive }),
    )
  await update('second')
  await update('third')
  await update('fourth', true)
  const found: unknown[] = []
  const pages = paginateGetTableVersions({ client: glue, pageSize: 1 }, { DatabaseName, TableName })
  for await (const { TableVersions = [] } of pages)
    for (const { Table, VersionId } of TableVersions) found.push([VersionId, Table?.Description])
  expect(found).toEqual([
    ['3', 'fourth'],
    ['1', 'second'],
    ['0', expect.stringContaining('One row per UTC day')],
  ])
  const version = async (VersionId?: string) =>
    (await glue.send(new GetTableVersionCommand({ DatabaseName, TableName, VersionId }))).TableVersion
  expect((await version())?.VersionId).toBe('3')
  expect((await version('1'))?.Table).toMatchObject({ Description: 'second', UpdateTime: expect.any(Date) })
  for (const id of ['2', '../table'])
    await expect(version(id)).rejects.toMatchObject({ name: 'EntityNotFoundException' })
  await expect(
    glue.send(new GetTableVersionsCommand({ DatabaseName, TableName: 'none' })),
  ).rejects.toMatchObject({ name: 'EntityNotFoundException' })
})

test('a pattern of names that is no regular expression is refused', async () => {
  const { glue } = await open()
  await expect(glue.send(new GetTablesCommand({ DatabaseName, Expression: '(' }))).rejects.toMatchObject({
    name: 'InvalidInputException',
  })
})

test('the crawler is listed, and is stopped only while it runs', async () => {
  const { glue, platform } = await open()
  const { crawler } = platform.names
  expect((await glue.send(new ListCrawlersCommand({}))).CrawlerNames).toEqual([crawler])
  expect((await glue.send(new GetCrawlersCommand({}))).Crawlers).toMatchObject([
    { Name: crawler, State: 'READY' },
  ])
  await expect(glue.send(new StopCrawlerCommand({ Name: crawler }))).rejects.toMatchObject({
    name: 'CrawlerNotRunningException',
  })
})

test('jobs and their runs are listed, the newest run first', async () => {
  const { glue, platform } = await open()
  const { curateJob: JobName } = platform.names
  const ids: (string | undefined)[] = []
  for (const month of ['2019-10', '2019-11']) {
    const Arguments = { '--month': month }
    ids.unshift((await glue.send(new StartJobRunCommand({ JobName, Arguments }))).JobRunId)
    await new Promise((done) => setTimeout(done, 5))
  }
  const runs = (NextToken?: string) => glue.send(new GetJobRunsCommand({ JobName, MaxResults: 1, NextToken }))
  const first = await until(async () => {
    const page = await runs()
    return page.JobRuns?.[0]?.JobRunState === 'SUCCEEDED' ? page : undefined
  })
  expect(first.JobRuns).toMatchObject([{ Id: ids[0], Arguments: { '--month': '2019-11' } }])
  const second = await runs(first.NextToken)
  expect(second).toMatchObject({ JobRuns: [{ Id: ids[1], StartedOn: expect.any(Date) }] })
  expect(second.NextToken).toBeUndefined()
  expect((await glue.send(new ListJobsCommand({}))).JobNames).toEqual([JobName])
  expect((await glue.send(new GetJobsCommand({}))).Jobs).toMatchObject([
    { Name: JobName, GlueVersion: '5.1' },
  ])
  expect((await glue.send(new GetJobCommand({ JobName }))).Job?.ExecutionProperty?.MaxConcurrentRuns).toBe(10)
  const missing = { name: 'EntityNotFoundException' }
  await expect(glue.send(new GetJobCommand({ JobName: 'none' }))).rejects.toMatchObject(missing)
  await expect(glue.send(new GetJobRunsCommand({ JobName: 'none' }))).rejects.toMatchObject(missing)
})
