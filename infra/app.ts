import { App } from 'aws-cdk-lib'
import { addChecks } from './checks.ts'
import { ConfigurationError, configurationOf } from './config.ts'
import { findFlinkJar } from './flink-jar.ts'
import { addStacks } from './synthesize.ts'

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
  const flink = findFlinkJar()
  if ('missing' in flink) console.error(flink.missing)
  addStacks(app, environment, configurationOf(environment, overrides), 'jar' in flink ? flink.jar : undefined)
  app.synth()
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
