/** The innermost cause of Java, what Py4J puts behind its own words, or the exception of Python. */
const JAVA_CAUSE = /^Caused by: (.+)$/gm
const JAVA_ERROR = /^: (\S+(?:Exception|Error)\b.*)$/gm
const PYTHON_ERROR = /^((?:\w+\.)*\w*(?:Error|Exception|Exit)\b: .+)$/gm
const OUT_OF_MEMORY = /java\.lang\.OutOfMemoryError: .+/

const last = (text: string, pattern: RegExp): string | undefined => [...text.matchAll(pattern)].at(-1)?.[1]

/** The line of a Spark job's log that says why it failed. */
export function failureCause(log: string): string | undefined {
  const memory = OUT_OF_MEMORY.exec(log)?.[0]
  if (memory) return `${memory}; raise --memory`
  const [, ...tracebacks] = log.split('Traceback (most recent call last):')
  const text = tracebacks.at(-1) ?? log
  return (
    last(text, JAVA_CAUSE) ??
    last(text, JAVA_ERROR) ??
    last(text, PYTHON_ERROR) ??
    text.trimEnd().split('\n').at(-1)
  )?.trim()
}
