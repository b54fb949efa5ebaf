// The `.logic` files in the mode no-rules: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('no-rules');
