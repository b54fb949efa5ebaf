// The `.logic` files in the mode plain: see run-mode.ts.

import { testMode } from './run-mode.ts';

testMode('plain');
