/** The run of an execution: its name as it can stand in keys, table versions and SQL (lower case letters, digits, hyphens). */
export const runOf = (executionName: string): string => {
  const run = executionName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return run === '' ? 'run' : run
}
