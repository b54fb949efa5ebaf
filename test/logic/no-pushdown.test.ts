// The `.logic` files in the mode no-pushdown: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('no-pushdown');
