import type { IncomingMessage } from 'node:http'

/**
 * Whether a request is meant for this machine and comes from a program. A page in a browser can be led to 127.0.0.1 under a
 * foreign name (DNS rebinding), or post a form there; neither carries our Host without an Origin.
 */
export const isLocalRequest = ({ headers }: IncomingMessage, port: number): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].some((host) => headers.host === `${host}:${port}`) &&
  headers.origin === undefined
