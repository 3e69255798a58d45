import { z } from 'zod'
import { s3Uri } from '../../catalog/layout.ts'
import { AwsError, type Registry } from '../registry.ts'
import type { Run, Runs } from '../runs.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import type { Catalog } from './catalog.ts'
import { type CrawlTarget, crawl } from './crawl.ts'

const lastCrawl = ({ state, error, startedAt, detail }: Run) => ({
  Status: state === 'SUCCEEDED' ? 'SUCCEEDED' : state === 'STOPPED' ? 'CANCELLED' : 'FAILED',
  ...(error === undefined ? {} : { ErrorMessage: error }),
  LogGroup: '/aws-glue/crawlers',
  LogStream: String(detail.crawler ?? ''),
  StartTime: new Date(startedAt),
})

/** Glue's crawler: a crawl that failed is READY again too, and only LastCrawl tells. */
export const registerCrawlerActions = (
  registry: Registry,
  {
    objects,
    catalog,
    runs,
    target,
  }: { objects: ObjectStore; catalog: Catalog; runs: Runs; target: CrawlTarget },
): void => {
  const { crawler, database, bucket, zones } = target
  const byName = z.object({ Name: z.string() })
  const check = (name: string): void => {
    if (name !== crawler) throw new AwsError('EntityNotFoundException', `Crawler with name ${name} not found`)
  }
  const isRunning = () => runs.running().some(({ id }) => id === crawler)
  const work = async () => ({ ...(await crawl(objects, catalog, target)) })
  runs.goOnWith(() => work)

  registry.register('glue', 'startCrawler', byName, async ({ Name }) => {
    check(Name)
    if (isRunning())
      throw new AwsError('CrawlerRunningException', `Crawler with name ${Name} has already started`)
    runs.start(crawler, { crawler }, work)
    return {}
  })

  registry.register('glue', 'stopCrawler', byName, async ({ Name }) => {
    check(Name)
    if (!isRunning())
      throw new AwsError('CrawlerNotRunningException', `Crawler with name ${Name} is not running`)
    runs.stop(crawler)
    return {}
  })

  const description = () => {
    const run = runs.get(crawler)
    return {
      Name: crawler,
      Role: 'local',
      DatabaseName: database,
      State: isRunning() ? 'RUNNING' : 'READY',
      Targets: { S3Targets: zones.map((zone) => ({ Path: s3Uri(bucket, zone) })) },
      CrawlElapsedTime: run && isRunning() ? Date.now() - Date.parse(run.startedAt) : 0,
      ...(run && run.state !== 'RUNNING' ? { LastCrawl: lastCrawl(run) } : {}),
    }
  }
  registry.register('glue', 'getCrawler', byName, async ({ Name }) => {
    check(Name)
    return { Crawler: description() }
  })
  registry.register('glue', 'getCrawlers', z.object({}), async () => ({ Crawlers: [description()] }))
  registry.register('glue', 'listCrawlers', z.object({}), async () => ({ CrawlerNames: [crawler] }))

  const metricsInput = z.object({ CrawlerNameList: z.array(z.string()).optional() })
  registry.register('glue', 'getCrawlerMetrics', metricsInput, async () => {
    const { detail = {}, startedAt, endedAt } = runs.get(crawler) ?? {}
    const seconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : 0
    return {
      CrawlerMetricsList: [
        {
          CrawlerName: crawler,
          StillEstimating: false,
          TimeLeftSeconds: 0,
          LastRuntimeSeconds: seconds,
          MedianRuntimeSeconds: seconds,
          TablesCreated: detail.tablesCreated ?? 0,
          TablesUpdated: detail.tablesUpdated ?? 0,
          TablesDeleted: 0,
        },
      ],
    }
  })
}
