/** A finding that is right as it is. Every finding needs one of these, and each of these a finding. */
export interface Acknowledgement {
  readonly tool: 'cfn-lint' | 'checkov'
  readonly id: string
  /** Of the resources' logical ids. */
  readonly resources: RegExp
  readonly reason: string
}

const EVERY_FUNCTION = /^(Functions|Replay)\w+Function/
/** The one that tells of alerts. */
const DETECTION = /^Detection\w+Function/
/** CDK's own, which starts the Flink application while a deployment runs. */
const STARTER = /^AWS679f/

export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    tool: 'cfn-lint',
    id: 'W3005',
    resources: /./,
    reason:
      'CDK writes a role beside its policies into DependsOn; the policies are what matters, the role does no harm.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_18',
    resources: /^StorageAccessLogs/,
    reason: 'The bucket of the access logs: its own log would be of itself.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_27',
    resources: /DeadLetters/,
    reason:
      'They are encrypted, with the key of SQS (SqsManagedSseEnabled): a message holds the input of a night, no data.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_82',
    resources: /^WorkgroupMarts/,
    reason:
      'Athena refuses external_location in a workgroup that is enforced; analysts get the other one, which is.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_115',
    resources: EVERY_FUNCTION,
    reason:
      'The state machine bounds what runs at once (Map concurrency); reserving would take from other functions.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_116',
    resources: EVERY_FUNCTION,
    reason:
      'The state machine calls and waits, so a dead letter queue would stay empty; record-failure has a destination for failures.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_117',
    resources: EVERY_FUNCTION,
    reason:
      'They call APIs of AWS alone, under roles with the least that works; there is no network to join.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_158',
    resources: /Logs/,
    reason: 'CloudWatch encrypts with a key of its own; logs hold names and counts, no rows of data.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_173',
    resources: EVERY_FUNCTION,
    reason: 'The variables are names of buckets and databases; Lambda encrypts them with a key of its own.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_115',
    resources: DETECTION,
    reason: 'Its event source bounds it: two invocations at once for each shard of stream 2.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_116',
    resources: DETECTION,
    reason:
      'Its event source keeps what fails in a bucket, with the whole event; nobody calls it asynchronously.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_173',
    resources: DETECTION,
    reason: 'The variables are names; Lambda encrypts them with a key of its own.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_117',
    resources: /^(Detection\w+Function|AWS679f)/,
    reason:
      'They call APIs of AWS alone, under roles with the least that works; there is no network to join.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_115',
    resources: STARTER,
    reason: 'CloudFormation calls it once a deployment.',
  },
  {
    tool: 'checkov',
    id: 'CKV_AWS_116',
    resources: STARTER,
    reason: 'CloudFormation waits for its answer: what fails, fails the deployment.',
  },
]
