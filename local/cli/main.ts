import { run } from './program.ts'

// `npm start | head` closes the pipe before all is written: the night goes on unheard.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2))
