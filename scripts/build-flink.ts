// Writes SQL and settings for the Flink application, and has Maven build its jar: npm run build:flink
import { MissingToolError } from '../local/engines/missing-tool-error.ts'
import { buildFlink } from '../local/flink/build-flink.ts'

try {
  await buildFlink({ say: (text) => console.log(text) })
} catch (error) {
  if (!(error instanceof Error)) throw error
  console.error(error.message)
  process.exitCode = error instanceof MissingToolError ? 2 : 1
}
