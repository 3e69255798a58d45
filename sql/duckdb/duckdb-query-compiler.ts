import { PortableQueryCompiler } from '../portable-query-compiler.ts'
import { DUCKDB_SPELLING, DUCKDB_TYPES } from './spelling.ts'

export class DuckDBQueryCompiler extends PortableQueryCompiler {
  protected readonly spelling = DUCKDB_SPELLING
  protected readonly types = DUCKDB_TYPES
}
