import { enableCompileCache } from 'node:module'
import path from 'node:path'

// Half of a short command's time would go into stripping and compiling the same modules again. Where the folder can't be
// written to, it does.
enableCompileCache(
  path.resolve(import.meta.dirname, '../../node_modules/.cache/ecommerce-lakehouse/compiled'),
)
const { run } = await import('./program.ts')

// `npm start | head` closes the pipe before all is written: the night goes on unheard.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2))
