export interface Account {
  readonly account: string
  readonly region: string
}

export const machineArn = ({ account, region }: Account, machine: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${machine}`

export const executionArn = ({ account, region }: Account, machine: string, name: string): string =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`

/** The machine that an ARN names; undefined where it is none of a state machine. */
export const machineOfArn = (arn: string): string | undefined =>
  /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([\w-]+)$/.exec(arn)?.[1]

export function executionOfArn(arn: string): { machine: string; name: string } | undefined {
  const [, machine, name] =
    /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:([\w-]+):([\w.-]+)$/.exec(arn) ?? []
  return machine !== undefined && name !== undefined ? { machine, name } : undefined
}

export const roleArn = ({ account }: Account, machine: string): string =>
  `arn:aws:iam::${account}:role/${machine}`
