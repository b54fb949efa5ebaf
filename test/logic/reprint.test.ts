// The `.logic` files in the mode reprint: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('reprint');
