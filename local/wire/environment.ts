import { join } from 'node:path'

/** The services that the door answers for, as the SDKs spell them in `AWS_ENDPOINT_URL_<SERVICE>`. */
const SERVICES = ['S3', 'GLUE', 'ATHENA', 'SFN', 'SNS', 'DATABREW', 'QUICKSIGHT']

/**
 * The environment of whatever calls AWS here. Every other service's calls go to the discard port, on which nothing listens,
 * and the credentials are no account's: nothing can reach a real one, whatever lies in `~/.aws`.
 */
export const wireEnvironment = (endpoint: string, region: string, root: string): Record<string, string> => ({
  ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: '',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: join(root, 'no-aws-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(root, 'no-aws-credentials'),
})
