import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'

/** What a role may do: exact actions on these resources. */
export interface Permission {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Why a resource has a wildcard; needed where one has. */
  readonly wildcard?: string
}

/** Adds the permissions to a role; a wildcard without a reason is an error, one with a reason is acknowledged. */
export function permit(role: Role, permissions: readonly Permission[]): void {
  for (const { actions, resources, wildcard } of permissions) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }))
    acknowledgeWildcards(role, resources, wildcard)
  }
}

/** Acknowledges wildcards in resources that a construct's policies name. */
export function acknowledgeWildcards(scope: IConstruct, resources: readonly string[], reason?: string): void {
  const spelled = resources.map((resource) => flatten(Stack.of(scope).resolve(resource)))
  for (const resource of spelled.filter((text) => text.includes('*'))) {
    if (reason === undefined) throw new Error(`${scope.node.path}: say why ${resource} has a wildcard`)
    acknowledge(scope, reason, `AwsSolutions-IAM5[Resource::${resource}]`)
  }
}

/** Says why rules of cdk-nag need not hold for a construct. */
export function acknowledge(scope: IConstruct, reason: string, ...ids: string[]): void {
  Validations.of(scope).acknowledge(...ids.map((id) => ({ id, reason })))
}

/** A resolved token in the spelling of cdk-nag's finding ids: `arn:<AWS::Partition>:s3:::…`. */
function flatten(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value)
  const [[key = '', argument] = []] = Object.entries(value)
  if (key === 'Ref') return `<${argument}>`
  if (key === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`
  if (key === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]]
    return parts.map(flatten).join(separator)
  }
  return JSON.stringify(value)
}
