// The `.logic` files in the mode batch-of-one: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('batch-of-one');
