/** Why a simulation can't begin or go on, in words for whoever started it: its input can't be read, or nobody takes its events. */
export class SimulationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SimulationError'
  }
}
