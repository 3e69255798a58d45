import type { Arns } from './arns.ts'
import type { Permission } from './permissions.ts'

/** What a Glue role needs to write its encrypted logs. */
export const glueLogging = (arns: Arns): Permission[] => [
  {
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
    resources: [arns.logGroup('/aws-glue/*')],
    wildcard: 'Glue names its log groups after role and security configuration, and creates them itself.',
  },
]
