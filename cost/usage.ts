/** Where a figure comes from: counted in a run, or derived by an assumption. */
export type Source = 'measured' | 'estimated'

/** What was, or will be, used of one service; every kind is billed by a rule of its own. Seconds and bytes are those of use. */
export type Use =
  /** One run of a Glue job. */
  | { readonly kind: 'glue-job'; readonly dpus: number; readonly seconds: number }
  /** Runs of Glue jobs whose DPU-seconds the service has counted itself, as it does with auto scaling. */
  | { readonly kind: 'glue-dpu-seconds'; readonly dpuSeconds: number }
  | { readonly kind: 'crawl'; readonly dpus: number; readonly seconds: number }
  /** One run of a DataBrew profile job. */
  | { readonly kind: 'profile'; readonly nodes: number; readonly seconds: number }
  /** Athena queries that read `bytes` each; DDL is free. */
  | { readonly kind: 'athena'; readonly bytes: number; readonly queries?: number }
  | { readonly kind: 'transitions'; readonly count: number }
  /** Invocations of functions with the same memory, and the time of all of them together. */
  | {
      readonly kind: 'lambda'
      readonly requests: number
      readonly memoryMb: number
      readonly milliseconds: number
    }
  | { readonly kind: 's3-requests'; readonly puts: number; readonly gets: number }
  | { readonly kind: 's3-storage'; readonly gigabyteMonths: number }
  | { readonly kind: 'kms'; readonly keyMonths: number; readonly requests: number }
  | { readonly kind: 'logs'; readonly gigabytes: number }
  | { readonly kind: 'metrics'; readonly metricMonths: number }
  | { readonly kind: 'alarms'; readonly months: number }
  | { readonly kind: 'mails'; readonly count: number }
  | { readonly kind: 'spice'; readonly gigabyteMonths: number; readonly authors: number }
  | {
      readonly kind: 'kinesis'
      readonly streamHours: number
      readonly recordsIn: number
      readonly recordBytes: number
      readonly bytesOut: number
    }
  /** A Managed Flink application; `kpus` without that of its orchestration. */
  | { readonly kind: 'flink'; readonly kpus: number; readonly hours: number }
  | { readonly kind: 'firehose'; readonly records: number; readonly recordBytes: number }
  | { readonly kind: 'dynamodb'; readonly writes: number; readonly gigabyteMonths: number }

export type UsageLine = Use & {
  /** Estimated, where it is left out. */
  readonly source?: Source
}
