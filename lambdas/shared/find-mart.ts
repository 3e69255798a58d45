import { MARTS } from '../../athena-views/index.ts'
import type { Mart } from '../../athena-views/mart.ts'
import { InvalidInputError } from './errors.ts'

export function findMart(name: string): Mart {
  const mart = MARTS.find((one) => one.name === name)
  if (mart) return mart
  throw new InvalidInputError(
    `There is no mart ${name} in athena-views/index.ts. Was it removed while the night ran? Start a new execution.`,
  )
}
