import { WorkerType } from 'aws-cdk-lib/aws-glue'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { z } from 'zod'
import { qualitySettings } from '../lambdas/shared/quality-settings.ts'
import { detectionProperties } from '../stream/flink-sql/detection-properties.ts'
import { configuredRules, detectionSettings } from '../stream/rules/settings.ts'
import { SCHEDULES } from '../workflows/schedules.ts'

const schedule = z.strictObject({
  enabled: z.boolean(),
  /** EventBridge Scheduler's six fields: minutes, hours, day of month, month, day of week, year. */
  cron: z.string().regex(/^cron\((\S+ ){5}\S+\)$/, 'a schedule is cron(minute hour day month weekday year)'),
  timeZone: z.string().refine(isTimeZone, 'not an IANA time zone, for example Europe/Berlin'),
  /** It starts some time within this window, so that not all accounts start on the hour. */
  flexibleMinutes: z.number().int().min(1).max(120),
})

/** What may differ between environments. Names don't: they follow from environment, region and the buckets' suffix (catalog/names.ts). */
const configuration = z
  .strictObject({
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region is written as us-east-1'),
    /**
     * What ends the buckets' names, which are unique in all of AWS. The account's number where it is left out; '' gives
     * the plain names, which only the first who takes them can have.
     */
    bucketSuffix: z
      .string()
      .max(18)
      .regex(/^(-[a-z0-9]+)*$/, "a bucket's suffix is written as -acme")
      .optional(),
    /** When the night starts. */
    schedule,
    /** Keep buckets, tables and the key when the stack is deleted, and protect it from being deleted. */
    keepData: z.boolean(),
    retention: z.strictObject({
      /** Former versions of overwritten or deleted objects. */
      noncurrentDays: z.number().int().min(1),
      /** Results of Athena queries. */
      resultsDays: z.number().int().min(1),
      accessLogDays: z.number().int().min(1),
      /** What functions on streams could not process. */
      failuresDays: z.number().int().min(1),
      logs: z.enum(RetentionDays),
    }),
    glue: z.strictObject({
      workerType: z.enum([WorkerType.G_1X, WorkerType.G_2X, WorkerType.G_4X, WorkerType.G_8X]),
      workers: z.number().int().min(2),
      timeoutMinutes: z.number().int().min(5).max(720),
      maxConcurrentRuns: z.number().int().min(1),
    }),
    /** A query that would read more is cancelled. */
    athenaScanLimitGiB: z.number().int().min(1),
    /** Where thresholds of quality rules differ from the rules' own; docs/quality.md has the rules and what holds where. */
    quality: qualitySettings,
    /** Slices curated, and marts built, at the same time. */
    curateConcurrency: z.number().int().min(1).max(40),
    martConcurrency: z.number().int().min(1).max(20),
    /** Months that a backfill curates at the same time. */
    backfillConcurrency: z.number().int().min(1).max(40),
    vacuum: z.strictObject({
      schedule,
      /** How long a version stays after the release that had it last was superseded, for readers that Athena does not know. */
      graceHours: z.number().min(1),
      /** How long what was never published stays. An execution can be redriven for 14 days, and then needs what it had made. */
      unpublishedDays: z.number().min(15),
    }),
    stream: z.strictObject({
      /** With which Flink starts; the service scales it from there. */
      flinkParallelism: z.number().int().min(1).max(64),
      /** How long Firehose gathers events before it persists them. */
      deliverySeconds: z.number().int().min(60).max(900),
    }),
    /** Where thresholds of rules differ from the rules' own (stream/rules). */
    detection: detectionSettings.superRefine((settings, { addIssue }) => {
      try {
        detectionProperties(configuredRules(settings))
      } catch (error) {
        addIssue({ code: 'custom', message: (error as Error).message })
      }
    }),
    /** Who is told how a night ended; subscribe later where it is missing. */
    alertEmail: z.email().optional(),
    /** A QuickSight user or group that owns the data sets; without one there are none, and nothing to refresh. */
    quicksightPrincipalArn: z
      .string()
      .regex(
        /^arn:aws[\w-]*:quicksight:[^:]+:\d{12}:(user|group)\//,
        "not a QuickSight user's or group's ARN",
      )
      .optional(),
  })
  .refine(
    ({ curateConcurrency, backfillConcurrency, glue }) =>
      curateConcurrency + backfillConcurrency <= glue.maxConcurrentRuns,
    {
      path: ['curateConcurrency'],
      message: 'with those of a backfill, more slices at once than glue.maxConcurrentRuns lets run',
    },
  )

export type Configuration = z.output<typeof configuration>
type Written = z.input<typeof configuration>

/** Small and odd samples are welcome there, and must not stop the night. */
const SMALL_SAMPLES: Written['quality'] = {
  slice: {
    'rejected rows': { warn: 0.001, quarantine: 0.5 },
    'rows against the release': { warn: 1 },
  },
}

const dev: Written = {
  region: 'us-east-1',
  schedule: { enabled: false, ...SCHEDULES.nightly, flexibleMinutes: 15 },
  keepData: false,
  retention: {
    noncurrentDays: 7,
    resultsDays: 7,
    accessLogDays: 30,
    failuresDays: 30,
    logs: RetentionDays.ONE_WEEK,
  },
  glue: { workerType: WorkerType.G_1X, workers: 2, timeoutMinutes: 60, maxConcurrentRuns: 4 },
  athenaScanLimitGiB: 20,
  quality: SMALL_SAMPLES,
  curateConcurrency: 2,
  martConcurrency: 4,
  stream: { flinkParallelism: 1, deliverySeconds: 300 },
  detection: {},
  backfillConcurrency: 2,
  vacuum: {
    schedule: { enabled: false, ...SCHEDULES.vacuum, flexibleMinutes: 60 },
    graceHours: 1,
    unpublishedDays: 15,
  },
}

/** Everything that is particular to an environment stands here. */
export const CONFIGURATIONS: Readonly<Record<string, Written>> = {
  dev,
  test: {
    ...dev,
    schedule: { ...dev.schedule, enabled: true },
    vacuum: { ...dev.vacuum, schedule: { ...dev.vacuum.schedule, enabled: true } },
    retention: { ...dev.retention, logs: RetentionDays.ONE_MONTH },
    glue: { ...dev.glue, workers: 4 },
  },
  prod: {
    ...dev,
    schedule: { ...dev.schedule, enabled: true },
    keepData: true,
    retention: {
      noncurrentDays: 30,
      resultsDays: 30,
      accessLogDays: 365,
      failuresDays: 90,
      logs: RetentionDays.ONE_YEAR,
    },
    // A month of 67 million events; the README says what a night costs.
    glue: { workerType: WorkerType.G_1X, workers: 10, timeoutMinutes: 180, maxConcurrentRuns: 6 },
    athenaScanLimitGiB: 200,
    backfillConcurrency: 4,
    vacuum: { ...dev.vacuum, schedule: { ...dev.vacuum.schedule, enabled: true }, graceHours: 24 },
    quality: {},
  },
}

/** A configuration that nothing can be deployed with; the message is all that one needs to know. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/** The validated configuration of an environment; `overrides` is what should not stand in the repository. */
export function configurationOf(environment: string, overrides: Partial<Written> = {}): Configuration {
  const written = Object.hasOwn(CONFIGURATIONS, environment) ? CONFIGURATIONS[environment] : undefined
  if (!written)
    throw new ConfigurationError(
      `There is no environment '${environment}'. Choose one of ${Object.keys(CONFIGURATIONS).join(', ')} with -c environment=<name>, or add it to infra/config.ts.`,
    )
  const parsed = configuration.safeParse({ ...written, ...overrides })
  if (parsed.success) return parsed.data
  throw new ConfigurationError(
    `The configuration of '${environment}' (infra/config.ts) is not valid:\n${z.prettifyError(parsed.error)}`,
  )
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
