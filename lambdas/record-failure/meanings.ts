/** What an error means for whoever is called at night. `docs/runbook.md` has the same, with what each looks like. */
export interface Meaning {
  readonly means: string
  /** What to look at and mend before the command. */
  readonly mend: string
  /** Which command goes on after that: where the execution stopped, or from the beginning. */
  readonly goOn: 'redrive' | 'anew'
  /** Nothing was begun. */
  readonly refused?: true
}

const service = (means: string, mend: string): Meaning => ({ means, mend, goOn: 'redrive' })

/** By the error's name. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  InvalidInputError: {
    means: 'What was asked for, or a file in the raw zone, can not be processed. Nothing was.',
    mend: 'The error names each file, or the field of the input, and its remedy.',
    goOn: 'anew',
    refused: true,
  },
  NightAlreadyRunningError: {
    means: 'Another night was running, so this one did nothing.',
    mend: 'Wait for the end of the other one: it takes what had changed when it began.',
    goOn: 'anew',
    refused: true,
  },
  AlreadyRunningError: {
    means: 'Another machine works on the lake, beside which this one can not. It did nothing.',
    mend: 'The error names the other execution: wait for its end, or stop it.',
    goOn: 'anew',
    refused: true,
  },
  DeletedInputError: {
    means:
      'Raw files are gone from which the current release was made. Nothing was processed, the release stands.',
    mend: 'Put the files back; or confirm that they are to be gone, as the error says, in the input of a new execution.',
    goOn: 'anew',
    refused: true,
  },
  PublicationHeldError: {
    means: 'A rollback keeps everything from being published; what was curated is kept.',
    mend: 'End the hold, as the error says.',
    goOn: 'redrive',
  },
  RemovalError: {
    means: 'A vacuum could not remove all that it was to remove. What releases need is untouched.',
    mend: 'The error names the objects or partitions and why.',
    goOn: 'redrive',
  },
  StreamThrottledError: {
    means:
      'Stream 1 had no room for a replay, at every attempt. What was sent is sent; live events go first.',
    mend: 'Redrive when there is less traffic. Or stop here, and replay the rest at a lower rate.',
    goOn: 'redrive',
  },
  ReplayBusyError: {
    means: 'Another replay is sending, or another call of this one. What this one had sent is sent.',
    mend: 'The error names the other execution: wait for its end, or stop it.',
    goOn: 'redrive',
  },
  UnreadableObjectError: {
    means: 'A persisted object of the stream is damaged or gone. The replay has sent what comes before it.',
    mend: 'The error names the object, and where its second copy lies: put that back.',
    goOn: 'redrive',
  },
  ReconciliationError: {
    means:
      "A slice's counts do not add up: lines were lost or doubled on the way to Parquet. Nothing was published.",
    mend: "Keep the raw files, look into the job's log, and find out what else writes below curated/ and quarantine/.",
    goOn: 'anew',
  },
  QualityHaltError: {
    means: 'A quality rule or a data test that must hold does not. Nothing was published.',
    mend: 'Look at the verdicts and the quarantined rows, and mend the file. Where the rule is wrong: change its threshold, deploy, and redrive, which judges the same rows again.',
    goOn: 'anew',
  },
  PublicationError: {
    means: 'The release could not be published; the error says what analysts see.',
    mend: 'Mend what Athena or S3 complains of.',
    goOn: 'redrive',
  },
  OvertakenError: {
    means: 'Another release has become current since this run was planned; its own was not published.',
    mend: 'There is nothing to mend.',
    goOn: 'anew',
  },
  QueryFailedError: {
    means: 'Athena could not run a statement. Nothing was published.',
    mend: "The error has Athena's reason. Mend the statement and deploy it, or raise the limit of the workgroup.",
    goOn: 'redrive',
  },
  RetryableQueryError: {
    means: 'Athena was too busy for a statement, at every attempt. Nothing was published.',
    mend: 'Wait until the load is over.',
    goOn: 'redrive',
  },
  RegistrationError: {
    means:
      'Partitions could not be added to the Data Catalog, or a version has other folders than were curated.',
    mend: 'The error names the partitions or the folder. Find out what else writes below curated/; where files are gone, start anew.',
    goOn: 'redrive',
  },
  MissingDocumentError: {
    means: 'A document that an earlier step has written is gone from the lake bucket.',
    mend: 'Find out what removes objects below control/: a lifecycle rule, a person.',
    goOn: 'anew',
  },
  CrawlFailedError: {
    means: 'The crawler ended its crawl without success. Nothing was published.',
    mend: "Look into the crawler's log: may it read the bucket, do the folders of the raw zone fit together? A redrive crawls again.",
    goOn: 'redrive',
  },
  IngestionFailedError: {
    means: 'The release is published, but dashboards of one data set still show the former one.',
    mend: 'Look at the ingestion in QuickSight: capacity of SPICE, permissions. A redrive refreshes again.',
    goOn: 'redrive',
  },
  'States.TaskFailed': {
    means:
      'A job of Glue or DataBrew failed (a curation twice), or an execution that a backfill has started. Nothing was published.',
    mend: "Look into the job's log, or at the execution that the error names. Out of memory or disk: more or larger workers (infra/config.ts).",
    goOn: 'redrive',
  },
  'States.Timeout': {
    means: 'A task gave no answer in its time, twice.',
    mend: 'See whether its job still runs and what it waits for; raise its timeout where it is honest work.',
    goOn: 'redrive',
  },
  'States.Runtime': {
    means: 'The definition of the state machine and its data do not fit together.',
    mend: 'Correct the definition and deploy it: a redrive would keep the old one.',
    goOn: 'anew',
  },
  'States.DataLimitExceeded': {
    means: 'More than 256 KiB were to go from one state to another.',
    mend: 'Correct the definition and deploy it (a redrive would keep the old one), or take fewer months at a time.',
    goOn: 'anew',
  },
  ProcessEnded: {
    means: 'The process that ran the execution has ended: killed, or the machine went down.',
    mend: 'There is nothing to mend.',
    goOn: 'redrive',
  },
}

/** By the form of the name, for the many names that services have. */
const BY_FORM: readonly (readonly [form: RegExp, meaning: Meaning])[] = [
  [
    /AccessDenied|NotAuthorized|Forbidden|States\.Permissions/,
    service('A role may not do what it has to.', 'The error names the action and the resource; grant it.'),
  ],
  [
    /Throttl|TooManyRequests|SlowDown|ServiceUnavailable|Internal|LimitExceeded|ConcurrentRunsExceeded/,
    service('A service was too busy or out of order, at every attempt.', 'Wait until it answers again.'),
  ],
  [
    /^(?:Lambda|Glue|DataBrew|Athena|QuickSight|SNS|S3)\./,
    service('A service refused a call.', 'The error has its reason.'),
  ],
]

const BY_STATUS: Readonly<Record<string, Meaning>> = {
  ABORTED: service('It was stopped.', 'Find out who stopped it, and why.'),
  TIMED_OUT: service(
    'It ran longer than an execution may.',
    'See which step took so long; a redrive has all of the time again.',
  ),
}

const UNKNOWN = service(
  'An error that nobody has foreseen: a fault of the program, or of what it reads.',
  'The error and the log of the function say where. A corrected function that is deployed is what a redrive calls.',
)

/** The meaning of how an execution has ended. */
export const meaningOf = (status: string, error: string | null | undefined): Meaning =>
  (error && (MEANINGS[error] ?? BY_FORM.find(([form]) => form.test(error))?.[1])) ||
  (BY_STATUS[status] ?? UNKNOWN)

/** What stands above the command that starts anew. */
export const startAnewLine = (meaning: Meaning): string =>
  meaning === MEANINGS.InvalidInputError
    ? 'To start anew, once that is corrected (the command has the input as it was):'
    : 'To start anew with the same input:'
