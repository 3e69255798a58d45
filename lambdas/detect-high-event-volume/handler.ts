import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda'
import { z } from 'zod'
import { type Finding, parseFinding } from '../../stream/findings.ts'
import { telemetryOf } from '../shared/telemetry.ts'
import { countAlert } from './alert-metrics.ts'
import { detectEnvironment } from './environment.ts'
import { inOrder } from './in-order.ts'
import { recordAlert } from './record-alert.ts'
import { userRecords } from './user-records.ts'

/**
 * Takes the findings of stream 2: each alert is recorded once, added to its incident, and told of once. A record that can't
 * be read or brought to its end is reported as failed, so that the event source sends it again or keeps it in its bucket.
 */
export async function handler(
  event: KinesisStreamEvent,
  context?: Context,
): Promise<KinesisStreamBatchResponse> {
  const environment = detectEnvironment()
  const { logger } = telemetryOf('detect-high-event-volume', {})
  const turns = inOrder()

  const take = async (finding: Finding): Promise<void> => {
    if (finding.record !== 'alert') return
    const { isNew, told } = await turns(`${finding.rule}/${finding.key_value}`, () =>
      recordAlert(environment, finding, Date.now()),
    )
    if (!isNew) return
    countAlert(environment, finding)
    logger.info('alert', { alert: finding.id, severity: finding.severity, told })
  }

  const processor = new BatchProcessor(EventType.KinesisDataStreams)
  const answer = await processPartialResponse(
    event,
    async (record: KinesisStreamRecord) => {
      // One after the other: what is packed into a record is in its order, and fails with it.
      for (const finding of findingsOf(record)) await take(finding)
    },
    processor,
    { ...(context && { context }), processInParallel: true, throwOnFullBatchFailure: false },
  )
  for (const error of processor.errors) logger.error('record failed', error)
  return answer
}

function findingsOf({ kinesis, eventID }: KinesisStreamRecord): Finding[] {
  try {
    return userRecords(kinesis).map(parseFinding)
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new Error(`${eventID} (partition key ${kinesis.partitionKey}) is no finding: ${reason}`)
  }
}
