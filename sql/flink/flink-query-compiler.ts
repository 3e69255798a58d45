import type { FunctionNode } from 'kysely'
import { PORTABLE, type PortableFunction, type Spelling } from '../functions.ts'
import { PortableQueryCompiler } from '../portable-query-compiler.ts'
import { FLINK_SPELLING, FLINK_TYPES } from './spelling.ts'

/** Flink SQL is compiled only: the Flink application runs it. */
export class FlinkQueryCompiler extends PortableQueryCompiler {
  protected readonly spelling = FLINK_SPELLING as Spelling
  protected readonly types = FLINK_TYPES

  protected override visitFunction(node: FunctionNode): void {
    const name = node.func as PortableFunction
    if (PORTABLE.includes(name) && !(name in FLINK_SPELLING))
      throw new TypeError(`${name} has no spelling in Flink SQL: it is for the lake's queries.`)
    super.visitFunction(node)
  }

  protected override getLeftIdentifierWrapper(): string {
    return '`'
  }

  protected override getRightIdentifierWrapper(): string {
    return '`'
  }

  protected override sanitizeIdentifier(identifier: string): string {
    return identifier.replaceAll('`', '``')
  }
}
