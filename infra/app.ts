import { existsSync } from 'node:fs'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { addChecks } from './checks.ts'
import { ConfigurationError, configurationOf } from './config.ts'
import { addStacks } from './synthesize.ts'

/** The Flink application as Maven leaves it. */
const FLINK_JAR = path.resolve(import.meta.dirname, '../stream/flink-app/target/ecomm-streaming-app.jar')

const app = new App()
addChecks(app)

/** `-c environment=prod`; what belongs to an account or to people need not stand in the repository. */
const given = (key: string): Record<string, string> => {
  const value: string | undefined = app.node.tryGetContext(key)
  return value === undefined ? {} : { [key]: value }
}

const environment: string = app.node.tryGetContext('environment') ?? 'dev'
try {
  const overrides = {
    ...given('region'),
    ...given('bucketSuffix'),
    ...given('alertEmail'),
    ...given('quicksightPrincipalArn'),
  }
  const isBuilt = existsSync(FLINK_JAR)
  addStacks(app, environment, configurationOf(environment, overrides), isBuilt ? FLINK_JAR : undefined)
  if (!isBuilt) console.error(`StreamStack is left out: its Flink application is not at ${FLINK_JAR}.`)
  app.synth()
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
