import { XMLBuilder, XMLParser } from 'fast-xml-parser'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })

// Keys such as `1` or `true` must stay text, and blanks belong to a key.
const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true })

export const toXml = (root: string, content: Record<string, unknown>, namespace?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
    [root]: namespace === undefined ? content : { '@xmlns': namespace, ...content },
  })}`

/** The content of a document's root element. */
export const fromXml = (text: string, root: string): unknown => parser.parse(text)?.[root]

/** An element that may stand once, many times or not at all. */
export const listOf = (value: unknown): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]
