// All scalar functions: what engines/plan/functions.ts reads at start. Each family has a file of its own.

import type { FunctionFamily, ScalarEntry } from './function-entry.ts';
import { choiceList } from './function-list-choice.ts';
import { conversionList } from './function-list-conversion.ts';
import { graphList } from './function-list-graph.ts';
import { jsonList } from './function-list-json.ts';
import { listList } from './function-list-list.ts';
import { numberList } from './function-list-number.ts';
import { objectList } from './function-list-object.ts';
import { sqlTimeList } from './function-list-sql-time.ts';
import { temporalList } from './function-list-temporal.ts';
import { textList } from './function-list-text.ts';
import { typeList } from './function-list-type.ts';

const families: Readonly<Record<FunctionFamily, readonly ScalarEntry[]>> = {
  number: numberList,
  text: textList,
  list: listList,
  object: objectList,
  json: jsonList,
  choice: choiceList,
  conversion: conversionList,
  type: typeList,
  graph: graphList,
  temporal: [...temporalList, ...sqlTimeList],
};

export const scalarList: readonly (ScalarEntry & { readonly family: FunctionFamily })[] = Object.entries(families).flatMap(
  ([family, entries]) => entries.map((entry) => ({ ...entry, family: family as FunctionFamily })),
);
