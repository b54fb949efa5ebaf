// The `.logic` files in the mode wire: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('wire');
