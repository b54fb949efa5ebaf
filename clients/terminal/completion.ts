// What Tab offers in the shell: keywords, and the names in the database by where the cursor stands. The names are asked for once
// and again after a change of schema.

import { KEYWORDS } from '../../parser/keywords.ts';
import type { Client } from '../../server/protocol/client.ts';
import { ask, namesOf } from './execute.ts';
import { outputModes } from './output/mode.ts';
import { nameText } from './value-text.ts';

export interface KnownNames {
  readonly tables: readonly string[];
  readonly collections: readonly string[];
  readonly labels: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly columns: readonly string[];
  readonly functions: readonly string[];
}

export const noNames: KnownNames = { tables: [], collections: [], labels: [], edgeTypes: [], columns: [], functions: [] };

/** Tables whose columns are asked for; more would make the first Tab slow. */
const tablesWithColumnsMax = 100;

/** Asks the database for its names. What cannot be had is left out. */
export async function loadNames(client: Client): Promise<KnownNames> {
  const names = (show: string): Promise<string[]> => namesOf(client, show).catch(() => []);
  const tables = await names('SHOW TABLES');
  const columns = new Set<string>();
  for (const table of tables.slice(0, tablesWithColumnsMax)) {
    const result = await ask(client, `SELECT * FROM ${nameText(table)} LIMIT 0`).catch(() => undefined);
    for (const column of result?.columns ?? []) columns.add(column.name);
  }
  return {
    tables,
    collections: await names('SHOW COLLECTIONS'),
    labels: await names('SHOW LABELS'),
    edgeTypes: await names('SHOW EDGE TYPES'),
    columns: [...columns],
    functions: await names('SHOW FUNCTIONS'),
  };
}

/** What could stand where the line ends, and the piece of the line that it would replace. */
export function complete(line: string, names: KnownNames, commands: readonly string[]): [candidates: string[], replaced: string] {
  if (line.startsWith('.')) return completeCommand(line, names, commands);
  const word = /[A-Za-z0-9_]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  if (/[([|&:]\s*\w*\s*:\s*$|\|\s*$|[([]:$/.test(before)) {
    const inBrackets = before.lastIndexOf('[') > before.lastIndexOf('(');
    return [matching(inBrackets ? names.edgeTypes : names.labels, word), word];
  }
  if (/\b(from|into|update|join|table|collection|describe|on)\s+$/i.test(before) && !/\bon\s+$/i.test(before)) {
    const found = matching([...names.tables, ...names.collections], word);
    if (found.length > 0) return [found, word];
  }
  if (/\.$/.test(before)) return [matching(names.columns, word), word];
  if (word === '') return [[], word];
  const keywords = KEYWORDS.filter((keyword) => keyword.startsWith(word.toUpperCase())).map((keyword) =>
    word === word.toLowerCase() ? keyword.toLowerCase() : keyword,
  );
  const others = matching([...names.tables, ...names.collections, ...names.columns, ...names.functions], word);
  return [[...new Set([...keywords, ...others])], word];
}

function completeCommand(line: string, names: KnownNames, commands: readonly string[]): [string[], string] {
  const [, command, argument] = /^(\.\w*)\s+(.*)$/.exec(line) ?? [];
  if (command === undefined || argument === undefined) return [commands.filter((name) => name.startsWith(line)), line];
  if (command === '.mode') return [outputModes.filter((mode) => mode.startsWith(argument)), argument];
  if (command === '.timer') return [['on', 'off'].filter((word) => word.startsWith(argument)), argument];
  if (command === '.schema') return [matching([...names.tables, ...names.collections], argument), argument];
  return [[], argument];
}

function matching(names: readonly string[], prefix: string): string[] {
  const wanted = prefix.toLowerCase();
  return [...new Set(names)].filter((name) => name.toLowerCase().startsWith(wanted)).map((name) => nameText(name));
}
