/** DPUs of a worker; each is 4 vCPUs and 16 GB. */
export const WORKER_DPUS = { 'G.1X': 1, 'G.2X': 2, 'G.4X': 4, 'G.8X': 8 } as const
export type WorkerType = keyof typeof WORKER_DPUS

export const isWorkerType = (type: string): type is WorkerType => Object.hasOwn(WORKER_DPUS, type)

const DPU_VCPUS = 4

/** With what a deployment works: what its definitions say. */
export interface Sizing {
  readonly workerType: WorkerType
  /** Of a run of the curation job, the driver's included. */
  readonly workers: number
  /** Of a run of the profile job. */
  readonly profileNodes: number
}

export const dpusOf = ({ workerType, workers }: Pick<Sizing, 'workerType' | 'workers'>): number =>
  WORKER_DPUS[workerType] * workers

/** What curates: one worker drives. */
export const executorVcpus = ({ workerType, workers }: Pick<Sizing, 'workerType' | 'workers'>): number =>
  WORKER_DPUS[workerType] * Math.max(1, workers - 1) * DPU_VCPUS
