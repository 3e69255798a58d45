import {
  type DataTypeNode,
  DefaultQueryCompiler,
  type FunctionNode,
  type PrimitiveValueListNode,
} from 'kysely'
import type { PortableFunction, Spelling } from './functions.ts'

/**
 * What the compilers of all dialects share: values stand in the text as literals (Athena's CTAS and views, and Step
 * Functions' tasks take no bound parameters), portable functions and types get the dialect's spelling.
 */
export abstract class PortableQueryCompiler extends DefaultQueryCompiler {
  protected abstract readonly spelling: Spelling
  protected abstract readonly types: Readonly<Record<string, string>>

  protected override appendValue(value: unknown): void {
    this.appendImmediateValue(value)
  }

  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    this.append('(')
    node.values.forEach((value, i) => {
      if (i > 0) this.append(', ')
      this.appendImmediateValue(value)
    })
    this.append(')')
  }

  protected override visitDataType(node: DataTypeNode): void {
    this.append(this.types[node.dataType] ?? node.dataType)
  }

  protected override visitFunction(node: FunctionNode): void {
    const template = this.spelling[node.func as PortableFunction]
    if (template === undefined) super.visitFunction(node)
    else this.#spell(template, node)
  }

  #spell(template: string, node: FunctionNode): void {
    for (const part of template.split(/(\$\d|\$\*)/)) {
      if (part === '$*') this.compileList(node.arguments)
      else if (/^\$\d$/.test(part)) this.#argument(node, Number(part.slice(1)))
      else this.append(part)
    }
  }

  #argument(node: FunctionNode, n: number): void {
    const argument = node.arguments[n - 1]
    if (argument === undefined) throw new RangeError(`${node.func} has no argument ${n}`)
    this.visitNode(argument)
  }
}
