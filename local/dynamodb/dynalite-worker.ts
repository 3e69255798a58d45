// DynamoDB on a thread of its own: says its port, and at the first message closes its store and ends.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import dynalite from 'dynalite'

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...workerData })
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const stopped = parentPort && once(parentPort, 'message')
parentPort?.postMessage((server.address() as AddressInfo).port)
await stopped
server.closeAllConnections()
await new Promise<void>((done, failed) => server.close((error) => (error ? failed(error) : done())))
parentPort?.close()
