import { join } from 'node:path'

/** The services that the door answers for, as the SDKs spell them in `AWS_ENDPOINT_URL_<SERVICE>`. */
const SERVICES = ['S3', 'GLUE', 'ATHENA', 'SFN', 'SNS', 'DATABREW', 'QUICKSIGHT', 'KINESIS', 'DYNAMODB']

/** The discard port: nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'

/** Where a user's variable would change which address or which signature a client chooses, the choice that needs neither. */
const PLAIN = {
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'disabled',
  AWS_DEFAULTS_MODE: 'legacy',
  AWS_EC2_METADATA_DISABLED: 'true',
}

/**
 * Other sources of credentials, and what goes with credentials. The SDKs for JavaScript take an empty variable for none;
 * boto3 takes an empty AWS_PROFILE for a profile without a name, so what nobody has set is left alone.
 */
const EMPTIED =
  /^AWS_(?:(?:DEFAULT_)?PROFILE|CONTAINER_.*|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN|ROLE_SESSION_NAME|CREDENTIAL_.*|ACCOUNT_ID|AUTH_SCHEME_PREFERENCE|BEARER_TOKEN_.*)$/

/** Values over a user's own variables, given all variables that a process inherits. */
const overInherited = (inherited: Readonly<Record<string, string | undefined>>): Record<string, string> => {
  const names = Object.keys(inherited)
  return {
    ...Object.fromEntries(names.filter((name) => EMPTIED.test(name)).map((name) => [name, ''])),
    ...Object.fromEntries(
      names.filter((name) => name.startsWith('AWS_ENDPOINT_URL_')).map((name) => [name, NOWHERE]),
    ),
  }
}

/**
 * The environment of whatever calls AWS here. Every other service's calls go where nothing listens, and the credentials are
 * no account's: nothing can reach a real one, whatever lies in `~/.aws` or in the variables of the shell.
 */
export const wireEnvironment = (
  endpoint: string,
  region: string,
  root: string,
  inherited: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> => ({
  ...overInherited(inherited),
  ...PLAIN,
  ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
  AWS_ENDPOINT_URL: NOWHERE,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: '',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_CONFIG_FILE: join(root, 'no-aws-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(root, 'no-aws-credentials'),
})
