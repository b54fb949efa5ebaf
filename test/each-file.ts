// Runs for each test file.

import { setFlagsFromString } from 'node:v8';
import { afterAll, afterEach } from 'vitest';
import { stopAll } from './server/to-stop.ts';

// Most code runs too seldom in a test to be worth an optimised version: making those took a quarter of all the time. The factor is about 40.
setFlagsFromString('--interrupt-budget=3000000');

// What runs in process leaves no time for anything else, and Vitest's main process must be heard within a minute.
afterEach(() => new Promise<void>((resolve) => setImmediate(resolve)));

afterAll(stopAll);
