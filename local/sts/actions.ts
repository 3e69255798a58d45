import { z } from 'zod'
import { ACCOUNT } from '../account.ts'
import type { Registry } from '../registry.ts'

/** What people ask first: in which account they are. In none. */
export const registerStsActions = (registry: Registry): void => {
  registry.register('sts', 'getCallerIdentity', z.object({}), async () => ({
    UserId: 'local',
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:user/local`,
  }))
}
