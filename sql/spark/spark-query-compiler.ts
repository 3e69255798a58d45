import { PortableQueryCompiler } from '../portable-query-compiler.ts'
import { SPARK_SPELLING, SPARK_TYPES } from './spelling.ts'

/** Spark SQL is compiled only: `glue-jobs/curate.py` runs it. */
export class SparkQueryCompiler extends PortableQueryCompiler {
  protected readonly spelling = SPARK_SPELLING
  protected readonly types = SPARK_TYPES

  protected override getLeftIdentifierWrapper(): string {
    return '`'
  }

  protected override getRightIdentifierWrapper(): string {
    return '`'
  }

  protected override sanitizeIdentifier(identifier: string): string {
    return identifier.replaceAll('`', '``')
  }

  /**
   * Spark 3 reads backslashes in a literal as escapes, and a doubled quote as the end of one literal and the start of the
   * next; the other engines do neither.
   */
  protected override sanitizeStringLiteral(value: string): string {
    return value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  }
}
