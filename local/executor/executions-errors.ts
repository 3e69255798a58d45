/** There is no machine of this name in the synthesised template. */
export class UnknownMachineError extends Error {
  constructor(machine: string, known: readonly string[]) {
    super(`there is no state machine ${machine}; there is ${known.join(', ')}`)
    this.name = 'StateMachineDoesNotExist'
  }
}

export class UnknownExecutionError extends Error {
  constructor(machine: string, name: string) {
    super(`${machine} has no execution ${name}: "npm run lake -- executions" lists them`)
    this.name = 'ExecutionDoesNotExist'
  }
}

export class NotRedrivableError extends Error {
  readonly reason: string

  constructor(arn: string, reason: string) {
    super(`Execution ${arn} cannot be redriven: ${reason}`)
    this.name = 'ExecutionNotRedrivable'
    this.reason = reason
  }
}
