import { RemovalPolicy } from 'aws-cdk-lib'

/** Kept data outlives the stack; but what a failed first deployment made is empty, and would only stop the second. */
export const whenDeleted = (keep: boolean): RemovalPolicy =>
  keep ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
