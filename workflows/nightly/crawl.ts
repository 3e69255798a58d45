import { Duration } from 'aws-cdk-lib'
import { Choice, Condition, type IChainable, JsonPath, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { arnOf, type NightContext, within } from './context.ts'
import { failUntilRedriven } from './fail-until-redriven.ts'

/** Crawls the raw zone. Glue has no `.sync` for crawlers, and one that failed ends READY too: ask how the crawl went. */
export function crawlSection(night: NightContext, next: IChainable): IChainable {
  const { scope, names } = night
  const call = {
    parameters: { Name: names.crawler },
    taskTimeout: within(Duration.minutes(2)),
    retries: [retries.glue, retries.timeout],
  }
  const crawler = [arnOf(scope, 'glue', 'crawler', names.crawler)]

  const startCrawler = new ServiceTask(scope, 'StartCrawler', {
    ...call,
    resource: 'arn:aws:states:::aws-sdk:glue:startCrawler',
    allow: [{ actions: ['glue:StartCrawler'], resources: crawler }],
    resultPath: JsonPath.DISCARD,
  })
  const wait = new Wait(scope, 'WaitForCrawler', { time: WaitTime.duration(Duration.seconds(30)) })
  const getCrawler = new ServiceTask(scope, 'GetCrawler', {
    ...call,
    resource: 'arn:aws:states:::aws-sdk:glue:getCrawler',
    allow: [{ actions: ['glue:GetCrawler'], resources: crawler }],
    resultPath: '$.crawl',
  })
  const crawlFailed = failUntilRedriven(night, 'CrawlFailed', {
    'run.$': '$.run',
    what: 'crawl',
    error: 'CrawlFailedError',
    // The whole description: a crawler that never got as far as a crawl has no LastCrawl to point at.
    'cause.$': `States.Format('crawler ${names.crawler} is ready, but its last crawl did not succeed; see /aws-glue/crawlers in CloudWatch: {}', States.JsonToString($.crawl.Crawler))`,
  })

  // A crawl that someone else started reads the same raw zone: wait for its end.
  startCrawler.addCatch(wait, { errors: ['Glue.CrawlerRunningException'], resultPath: '$.crawl' })
  startCrawler
    .next(wait)
    .next(getCrawler)
    .next(
      new Choice(scope, 'Crawler ready?')
        .when(
          Condition.stringEquals('$.crawl.Crawler.State', 'READY'),
          new Choice(scope, 'Crawl succeeded?')
            .when(
              Condition.and(
                Condition.isPresent('$.crawl.Crawler.LastCrawl.Status'),
                Condition.stringEquals('$.crawl.Crawler.LastCrawl.Status', 'SUCCEEDED'),
              ),
              next,
            )
            .otherwise(crawlFailed.next(startCrawler)),
        )
        .otherwise(wait),
    )
  return startCrawler
}
