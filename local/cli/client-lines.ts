/** What a client of AWS needs to reach a served lake, ready to be pasted into a shell. */
export const clientLines = (endpoint: string, region: string): string[] => {
  const settings = {
    endpoint_url: endpoint,
    region,
    aws_access_key_id: 'local',
    aws_secret_access_key: 'local',
  }
  return [
    'For the AWS CLI, boto3 and other clients of AWS, in one shell:',
    `  unset AWS_PROFILE AWS_SESSION_TOKEN`,
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
    'or once for all, as the profile "lake" (aws --profile lake …):',
    ...Object.entries(settings).map(([name, value]) => `  aws configure set ${name} ${value} --profile lake`),
    'To see that it is no account of AWS: aws sts get-caller-identity',
  ]
}
