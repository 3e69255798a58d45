import { PortableQueryCompiler } from '../portable-query-compiler.ts'
import { ATHENA_SPELLING, ATHENA_TYPES } from './spelling.ts'

export class AthenaQueryCompiler extends PortableQueryCompiler {
  protected readonly spelling = ATHENA_SPELLING
  protected readonly types = ATHENA_TYPES
}
