// The tables of decision-tables.ts, in the place of this file in what is built. The sources have none: there the grammar records its rules.

import type { DecisionTables } from './decision-tables.ts';

export const builtDecisions: DecisionTables | undefined = undefined;
