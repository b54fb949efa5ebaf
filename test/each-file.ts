// Runs for each test file.

import { setFlagsFromString } from 'node:v8';
import { afterAll } from 'vitest';
import { stopAll } from './server/to-stop.ts';

// Most code runs too seldom in a test to be worth an optimised version: making those took a quarter of all the time. The factor is about 40.
setFlagsFromString('--interrupt-budget=3000000');

afterAll(stopAll);
