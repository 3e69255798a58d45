/** What the disk says, in the words of Node and of DuckDB. */
const FULL = /ENOSPC|No space left on device|max_temp_directory_size/i
const REFUSED =
  /EACCES|EPERM|EROFS|ENOTDIR|EEXIST|Permission denied|Read-only file system|Not a directory|File exists/i
const MEMORY = /Out of Memory Error/i

/** The failure of a curation with the folder and the remedy, where it is the disk's or the memory's. */
export function explainFailure(error: unknown, folders: readonly string[], memoryLimit: string): unknown {
  if (!(error instanceof Error) || error.name === 'InvalidInputError') return error
  const said = error.message.split('\n', 1)[0]
  const folder = folders.find((name) => error.message.includes(name)) ?? folders[0]
  if (FULL.test(error.message)) {
    return new Error(`The disk of ${folder} is full (${said}). Free some space there and start again.`, {
      cause: error,
    })
  }
  if (REFUSED.test(error.message)) {
    return new Error(`Cannot write to ${folder} (${said}). Make the folder writable and start again.`, {
      cause: error,
    })
  }
  if (MEMORY.test(error.message)) {
    return new Error(
      `Curation needs more than ${memoryLimit} of memory (${said}). Raise the limit and start again.`,
      { cause: error },
    )
  }
  return error
}
