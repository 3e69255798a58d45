import { defineConfig } from 'vitest/config'

/** Against the real engines: `npm run test:engines` installs them first. */
export default defineConfig({
  test: {
    include: ['test/engines/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    // Each engine takes all processors anyway.
    maxWorkers: 1,
    fileParallelism: false,
  },
})
