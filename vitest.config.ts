import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,infra,local}/**/*.test.ts'],
    // They end what hangs. No test measures time by them: machines are busy, and some tests start processes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 20 } },
    // Two workers: the suites of the embedded platform run DuckDB with threads of its own.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: [
        '{catalog,sql,glue-jobs,athena-views,quicksight,cost,stream,lambdas,workflows,local}/**/*.ts',
      ],
      // What starts a Spark or a Trino is measured where it runs: by test:engines.
      exclude: ['**/*.test.ts', 'local/{spark,trino}/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: { lines: 90, branches: 90 },
    },
  },
})
