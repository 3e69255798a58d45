import { WorkerType } from 'aws-cdk-lib/aws-glue'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { z } from 'zod'

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
    schedule: z.strictObject({
      enabled: z.boolean(),
      /** EventBridge Scheduler's six fields: minutes, hours, day of month, month, day of week, year. */
      cron: z
        .string()
        .regex(/^cron\((\S+ ){5}\S+\)$/, 'a schedule is cron(minute hour day month weekday year)'),
      timeZone: z.string().refine(isTimeZone, 'not an IANA time zone, for example Europe/Berlin'),
      /** The night starts some time within this window, so that not all accounts start on the hour. */
      flexibleMinutes: z.number().int().min(1).max(120),
    }),
    /** Keep buckets, tables and the key when the stack is deleted, and protect it from being deleted. */
    keepData: z.boolean(),
    retention: z.strictObject({
      /** Former versions of overwritten or deleted objects. */
      noncurrentDays: z.number().int().min(1),
      /** Results of Athena queries. */
      resultsDays: z.number().int().min(1),
      accessLogDays: z.number().int().min(1),
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
    /** Slices curated, and marts built, at the same time. */
    curateConcurrency: z.number().int().min(1).max(40),
    martConcurrency: z.number().int().min(1).max(20),
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
  .refine(({ curateConcurrency, glue }) => curateConcurrency <= glue.maxConcurrentRuns, {
    path: ['curateConcurrency'],
    message: 'more slices at once than glue.maxConcurrentRuns lets run',
  })

export type Configuration = z.output<typeof configuration>
type Written = z.input<typeof configuration>

const dev: Written = {
  region: 'us-east-1',
  schedule: { enabled: false, cron: 'cron(0 2 * * ? *)', timeZone: 'Etc/UTC', flexibleMinutes: 15 },
  keepData: false,
  retention: { noncurrentDays: 7, resultsDays: 7, accessLogDays: 30, logs: RetentionDays.ONE_WEEK },
  glue: { workerType: WorkerType.G_1X, workers: 2, timeoutMinutes: 60, maxConcurrentRuns: 2 },
  athenaScanLimitGiB: 20,
  curateConcurrency: 2,
  martConcurrency: 4,
}

/** Everything that is particular to an environment stands here. */
export const CONFIGURATIONS: Readonly<Record<string, Written>> = {
  dev,
  test: {
    ...dev,
    schedule: { ...dev.schedule, enabled: true },
    retention: { ...dev.retention, logs: RetentionDays.ONE_MONTH },
    glue: { ...dev.glue, workers: 4 },
  },
  prod: {
    ...dev,
    schedule: { ...dev.schedule, enabled: true },
    keepData: true,
    retention: { noncurrentDays: 30, resultsDays: 30, accessLogDays: 365, logs: RetentionDays.ONE_YEAR },
    // A month of 67 million events; the README says what a night costs.
    glue: { workerType: WorkerType.G_1X, workers: 10, timeoutMinutes: 180, maxConcurrentRuns: 4 },
    athenaScanLimitGiB: 200,
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
