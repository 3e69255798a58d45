import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { beforeAll, describe, expect, test } from 'vitest'
import { addChecks } from '../../infra/checks.ts'
import { configurationOf } from '../../infra/config.ts'
import { addStacks } from '../../infra/synthesize.ts'

interface Finding {
  readonly ruleName: string
  readonly violatingConstructs: readonly { readonly constructPath: string }[]
}
interface Report {
  readonly pluginReports: readonly { readonly pluginName: string; readonly violations: readonly Finding[] }[]
}
interface Acknowledged {
  readonly id: string
  readonly reason: string
}

const CDK_JSON = path.resolve(import.meta.dirname, '../../cdk.json')

/** What cdk-nag and CDK's own validation say of the stack, or of the stack with something more in it. */
function check(more: (app: App) => void = () => {}) {
  const outdir = mkdtempSync(path.join(tmpdir(), 'checks-'))
  const read = (file: string) => JSON.parse(readFileSync(path.join(outdir, file), 'utf8'))
  const exitCode = process.exitCode
  try {
    const app = new App({
      outdir,
      context: { ...JSON.parse(readFileSync(CDK_JSON, 'utf8')).context, 'aws:cdk:bundling-stacks': [] },
    })
    addChecks(app)
    const config = configurationOf('prod', {
      alertEmail: 'operators@example.com',
      quicksightPrincipalArn: 'arn:aws:quicksight:us-east-1:000000000000:user/default/someone',
    })
    // Nothing here reads the application: any file can stand for it.
    addStacks(app, 'prod', config, CDK_JSON)
    more(app)
    try {
      app.synth()
    } catch {
      // Findings: the report has them.
    }
    const { pluginReports }: Report = read('validation-report.json')
    const resources = ['BatchStack', 'StreamStack'].flatMap((stack) =>
      Object.entries<{ Metadata?: { cdk_nag?: { rules_to_suppress: Acknowledged[] } } }>(
        read(`${stack}.template.json`).Resources,
      ),
    )
    return {
      findings: pluginReports.flatMap(({ violations }) =>
        violations.map(
          ({ ruleName, violatingConstructs }) =>
            `${ruleName} at ${violatingConstructs.map(({ constructPath }) => constructPath)}`,
        ),
      ),
      acknowledged: resources.flatMap(([, { Metadata }]) => Metadata?.cdk_nag?.rules_to_suppress ?? []),
    }
  } finally {
    process.exitCode = exitCode
    rmSync(outdir, { recursive: true, force: true })
  }
}

describe('cdk-nag, with the rules of AWS Solutions and Serverless', () => {
  let checked: ReturnType<typeof check>
  beforeAll(() => {
    checked = check()
  })

  test('finds nothing, in prod with dashboards and e-mail', () => {
    expect(checked.findings).toEqual([])
  })

  test('is told a reason for everything that is acknowledged', () => {
    expect(checked.acknowledged.length).toBeGreaterThan(50)
    expect(checked.acknowledged.filter(({ reason }) => reason.length < 30)).toEqual([])
  })

  test('hears of each wildcard by its resource, and of no action with one', () => {
    const wildcards = checked.acknowledged.filter(({ id }) => id.includes('IAM5'))
    expect(wildcards.filter(({ id }) => !id.includes('IAM5[Resource::'))).toEqual([])
  })

  test('finds a bucket and a function that nobody secured', () => {
    const { findings } = check((app) => {
      const stack = app.node.findChild('BatchStack')
      new Bucket(stack, 'Open')
      new Queue(stack, 'Plain')
      new Queue(app.node.findChild('StreamStack'), 'Plain')
    })
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^AwsSolutions-S10 at BatchStack\/Open/),
        expect.stringMatching(/^Serverless-SQSRedrivePolicy at .*BatchStack\/Plain/),
        expect.stringMatching(/^Serverless-SQSRedrivePolicy at .*StreamStack\/Plain/),
      ]),
    )
  })
})
