/** The lines of a job's log among all else that it printed. */
export const logLinesOf = (printed: string): string[] => printed.split('\n').filter(isLogLine)

function isLogLine(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    const { level, service } = JSON.parse(line)
    return typeof level === 'string' && typeof service === 'string'
  } catch {
    return false
  }
}
