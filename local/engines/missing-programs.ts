import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Which of these no folder of the PATH has. */
export const missingPrograms = (
  names: readonly string[],
  environment: Environment = process.env,
): string[] => {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return names.filter((name) => !folders.some((folder) => isProgram(join(folder, name))))
}
