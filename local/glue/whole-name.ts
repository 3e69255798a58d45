import { AwsError } from '../registry.ts'

/** A filter of names as Glue takes it: a regular expression that has to match the whole name. */
export const wholeName = (expression = '.*'): RegExp => {
  try {
    return new RegExp(`^(?:${expression})$`)
  } catch (error) {
    throw new AwsError('InvalidInputException', (error as Error).message)
  }
}
