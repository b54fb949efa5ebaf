import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', 'test/bench/**', 'node_modules/**'],
    reporters: ['default', './test/count-reporter.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    minWorkers: 1,
    maxWorkers: 2,
  },
});
