/** CPU of this thread, in seconds: other processes on the machine leave it as it is, but for caches and clock. */
export function cpuSeconds(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}
