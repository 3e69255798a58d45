import { expect, test } from 'vitest'
import { failureCause } from '../../../../local/spark/failure-cause.ts'

const INFO = '26/11/22 02:32:38 INFO SparkContext: Running Spark version 3.5.6\n'

test.for([
  [
    'the innermost cause of Java',
    `${INFO}Traceback (most recent call last):
  File "curate.py", line 183, in <module>
py4j.protocol.Py4JJavaError: An error occurred while calling o36.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure
	at org.apache.spark.Task.run(Task.scala:141)
Caused by: java.io.IOException: Stage failed
Caused by: java.io.EOFException: Unexpected end of input stream
	at java.base/java.lang.Thread.run(Thread.java:840)
${INFO}`,
    'java.io.EOFException: Unexpected end of input stream',
  ],
  [
    'what Java said where it named no cause',
    `Traceback (most recent call last):
py4j.protocol.Py4JJavaError: An error occurred while calling o36.parquet.
: java.io.IOException: No space left on device
	at java.base/java.lang.Thread.run(Thread.java:840)`,
    'java.io.IOException: No space left on device',
  ],
  [
    "Python's own exception, the last of a chain",
    `Traceback (most recent call last):
KeyError: 'files'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "curate.py", line 3
pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://raw/a.csv.
${INFO}`,
    'pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://raw/a.csv.',
  ],
  [
    'memory, whatever followed from it, with the remedy',
    `java.lang.OutOfMemoryError: Java heap space\nTraceback (most recent call last):\nValueError: no answer`,
    'java.lang.OutOfMemoryError: Java heap space; raise --memory',
  ],
  [
    'the last line where nothing is known',
    `${INFO}curate.py: error: the following arguments are required\n`,
    'curate.py: error: the following arguments are required',
  ],
] as const)('%s', ([, log, cause]) => {
  expect(failureCause(log)).toBe(cause)
})

test('nothing of an empty log', () => {
  expect(failureCause('')).toBe('')
})
