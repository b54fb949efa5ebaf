import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', 'test/bench/**', 'node_modules/**'],
    reporters: ['default', './test/count-reporter.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    // One process loads the sources once for all its files; no test changes them.
    isolate: false,
    minWorkers: 1,
    maxWorkers: 2,
  },
});
