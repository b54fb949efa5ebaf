// The endings of files that say how an export is written. Apart from export.ts, since the command line's words need them at each start.

import type { OutputMode } from '../output/mode.ts';

const modeByEnding: ReadonlyMap<string, OutputMode> = new Map([
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['md', 'markdown'],
  ['mmd', 'mermaid'],
  ['dot', 'dot'],
  ['gv', 'dot'],
]);

/** Endings that say how a file is written. */
export const exportEndings: readonly string[] = [...modeByEnding.keys()];

/** The mode of an ending such as `csv`. */
export function modeOfEnding(ending: string): OutputMode | undefined {
  return modeByEnding.get(ending.toLowerCase());
}
