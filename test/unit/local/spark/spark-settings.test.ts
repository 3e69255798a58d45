import { expect, test } from 'vitest'
import { sparkEnvironment, sparkSettings } from '../../../../local/spark/spark-settings.ts'

const options = { buckets: { raw: '/lake/s3/raw' }, scratch: '/lake/work/x', threads: 2, memoryLimit: '4GiB' }

test('a bucket is a folder, by a mount of Hadoop', () => {
  expect(sparkSettings(options)).toMatchObject({
    'spark.hadoop.fs.viewfs.mounttable.raw.linkFallback': 'file:///lake/s3/raw',
  })
  expect(sparkSettings({ ...options, buckets: { raw: '/my lake/raw' } })).toMatchObject({
    'spark.hadoop.fs.viewfs.mounttable.raw.linkFallback': 'file:///my%20lake/raw',
  })
})

test('half of the memory is heap, and never less than Spark starts with', () => {
  expect(sparkSettings(options)).toMatchObject({ 'spark.master': 'local[2]', 'spark.driver.memory': '2048m' })
  expect(sparkSettings({ ...options, memoryLimit: '200MB' })).toMatchObject({ 'spark.driver.memory': '512m' })
})

test('nothing listens beyond the loopback', () => {
  expect(sparkSettings(options)).toMatchObject({
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.host': '127.0.0.1',
    'spark.ui.enabled': 'false',
  })
})

test('settings of another Spark, and credentials, do not reach ours', () => {
  const environment = sparkEnvironment(
    { python: '/venv/bin/python', javaHome: '/jdk' },
    {
      PATH: '/bin',
      SPARK_HOME: '/other',
      HADOOP_CONF_DIR: '/other',
      PYTHONPATH: '/other',
      AWS_PROFILE: 'prod',
      JAVA_HOME: '/jdk25',
    },
  )
  expect(environment).toEqual({
    PATH: '/bin',
    JAVA_HOME: '/jdk',
    PYSPARK_PYTHON: '/venv/bin/python',
    PYSPARK_DRIVER_PYTHON: '/venv/bin/python',
    SPARK_LOCAL_IP: '127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
  })
})
