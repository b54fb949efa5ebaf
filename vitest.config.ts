import { defineConfig } from 'vitest/config';
import ModesFirst from './test/modes-first.ts';
import { productModules } from './test/product-modules.ts';

export default defineConfig({
  plugins: [productModules()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', 'test/bench/**', 'node_modules/**'],
    reporters: ['default', './test/count-reporter.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    // A process for many files, which load the product once. What a file starts or changes it puts back at its end.
    isolate: false,
    setupFiles: ['./test/each-file.ts'],
    sequence: { sequencer: ModesFirst },
    minWorkers: 1,
    maxWorkers: 2,
  },
});
