import { readFileSync } from 'node:fs'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { BatchStack } from './batch-stack.ts'
import { type Configuration, configurationOf } from './config.ts'
import { StreamStack } from './stream-stack.ts'

const CDK_JSON = path.resolve(import.meta.dirname, '../cdk.json')
/** Of a user that no account has. */
const SOMEONE = 'arn:aws:quicksight:us-east-1:000000000000:user/default/someone'

export interface SynthesizeOptions {
  readonly environment: string
  readonly region?: string
  /** None where it is left out: what runs at the desk shares its names with nobody. */
  readonly bucketSuffix?: string
  readonly outdir: string
}

/**
 * The stacks of an environment, without account: they can be synthesised anywhere and deployed into any. The real-time
 * side is there where the Flink application has been built.
 */
export function addStacks(
  app: App,
  environment: string,
  config: Configuration,
  flinkJar?: string,
): BatchStack {
  const common = {
    env: { region: config.region },
    terminationProtection: config.keepData,
    environment,
    config,
  }
  const batch = new BatchStack(app, 'BatchStack', {
    ...common,
    stackName: `ecomm-lakehouse-batch-${environment}`,
    description: 'E-commerce lakehouse: nightly batch',
  })
  if (flinkJar !== undefined) {
    const stream = new StreamStack(app, 'StreamStack', {
      ...common,
      flinkJar,
      stackName: `ecomm-lakehouse-stream-${environment}`,
      description: 'E-commerce lakehouse: real-time detection',
    })
    // It writes into the batch side's buckets.
    stream.addDependency(batch)
  }
  return batch
}

/**
 * Synthesises in process, without cdk-nag and without bundling Lambdas, with all that an environment can have: dashboards
 * too. Gives the templates' paths.
 */
export function synthesize(options: SynthesizeOptions): { templates: string[] } {
  return quietly(() => ({ templates: templatesOf(options) }))
}

function templatesOf({ environment, region, bucketSuffix = '', outdir }: SynthesizeOptions): string[] {
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: {
      // The same feature flags as under the CDK CLI, which reads them from there itself.
      ...JSON.parse(readFileSync(CDK_JSON, 'utf8')).context,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-asset-staging': true,
    },
  })
  const config = configurationOf(environment, {
    quicksightPrincipalArn: SOMEONE,
    bucketSuffix,
    ...(region !== undefined && { region }),
  })
  // Nothing at the desk reads the application: any file can stand for it.
  addStacks(app, environment, config, CDK_JSON)
  const assembly = app.synth()
  return assembly.stacks.map(({ templateFullPath }) => path.resolve(templateFullPath))
}

/** Validating the template takes longer than making it, and belongs to deployment. CDK knows no option but the variables. */
function quietly<T>(work: () => T): T {
  const before = { ...process.env }
  Object.assign(process.env, { CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet' })
  try {
    return work()
  } finally {
    for (const name of ['CDK_VALIDATION', 'JSII_DEPRECATED'] as const) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}
