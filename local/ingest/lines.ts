import { StringDecoder } from 'node:string_decoder'

/** The lines of a text that comes in pieces; LF, CRLF and CR end one, as they do for curation. Long ones are cut. */
export async function* lines(content: AsyncIterable<Buffer>, longest = 1 << 20): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of content) {
    const text = rest + decoder.write(chunk)
    // A CR at the end may be half of a CRLF.
    const held = text.endsWith('\r') ? '\r' : ''
    const parts = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/)
    rest = (parts.pop() ?? '').slice(0, longest) + held
    yield* parts
  }
  rest += decoder.end()
  if (rest !== '') yield rest.replace(/\r$/, '')
}
