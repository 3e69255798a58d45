import { asAwsError } from '../errors.ts'
import { toElement, XML_DECLARATION } from '../xml.ts'
import { S3_NAMESPACE, type S3Request } from './s3-request.ts'

/** Clients give up after a minute of silence. */
const PATIENCE_MS = 10_000

/**
 * Answers with what comes of work that may take minutes. As S3 does, it begins with a 200 and blanks while the client
 * waits; an error then stands in the body of that answer. One that comes sooner is thrown.
 */
export const sendXmlWhenDone = async (
  { response }: S3Request,
  root: string,
  work: Promise<Record<string, unknown>>,
  patience = PATIENCE_MS,
): Promise<void> => {
  const begin = () => {
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.write(XML_DECLARATION)
  }
  const timer = setInterval(() => {
    if (!response.headersSent) begin()
    response.write(' ')
  }, patience)
  try {
    const content = await work
    if (!response.headersSent) begin()
    response.end(toElement(root, content, S3_NAMESPACE))
  } catch (error) {
    if (!response.headersSent) throw error
    const { code, message } = asAwsError(error)
    response.end(toElement('Error', { Code: code, Message: message }))
  } finally {
    clearInterval(timer)
  }
}
