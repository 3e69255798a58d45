import type { ServerResponse } from 'node:http'
import { AwsError } from '../registry.ts'

/** AWS's JSON protocols carry points in time as seconds. */
const withSeconds = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(withSeconds)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSeconds(member)]))
}

export const parseJsonBody = (body: string): unknown => {
  try {
    return body === '' ? {} : JSON.parse(body)
  } catch (error) {
    throw new AwsError('SerializationException', `The request is not JSON: ${(error as Error).message}`)
  }
}

export const sendJson = (response: ServerResponse, output: unknown, contentType: string): void => {
  response.writeHead(200, { 'content-type': contentType })
  response.end(JSON.stringify(withSeconds(output ?? {})))
}

/** The error shape of awsJson1_0, awsJson1_1 and restJson1: clients read the type from the body or from the header. */
export const sendJsonError = (response: ServerResponse, error: AwsError, contentType: string): void => {
  response.writeHead(error.status, { 'content-type': contentType, 'x-amzn-errortype': error.code })
  response.end(JSON.stringify({ __type: error.code, message: error.message, Message: error.message }))
}
