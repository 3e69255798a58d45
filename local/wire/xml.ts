import { XMLBuilder, XMLParser } from 'fast-xml-parser'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })

// Keys such as `1` or `true` must stay text, and blanks belong to a key.
const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true })

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** An element alone, for a document whose declaration is sent already. */
export const toElement = (root: string, content: Record<string, unknown>, namespace?: string): string =>
  builder.build({ [root]: namespace === undefined ? content : { '@xmlns': namespace, ...content } })

export const toXml = (root: string, content: Record<string, unknown>, namespace?: string): string =>
  XML_DECLARATION + toElement(root, content, namespace)

/** The content of a document's root element. */
export const fromXml = (text: string, root: string): unknown => parser.parse(text)?.[root]

/** An element that may stand once, many times or not at all. */
export const listOf = (value: unknown): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]
