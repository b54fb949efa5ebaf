// Runs for each test file.

import { afterAll } from 'vitest';
import { stopAll } from './server/to-stop.ts';

afterAll(stopAll);
