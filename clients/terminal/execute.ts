// Statements sent and their answers gathered, for the parts of the command line that ask the database something themselves.

import type { Client, ClientValue, Parameters, QueryOptions } from '../../server/protocol/client.ts';
import type { WireColumn, WireStats } from '../../server/protocol/frames.ts';

/** Runs a text to its end and returns the last statement's counts. */
export async function execute(client: Client, text: string, parameters: Parameters = {}, options: QueryOptions = {}): Promise<WireStats> {
  let stats: WireStats = { rows: 0, timeMs: 0 };
  for await (const result of client.run(text, parameters, { ...options, typed: true })) {
    for await (const row of result) void row;
    stats = (await result.summary()).stats;
  }
  return stats;
}

export interface SmallResult {
  readonly columns: readonly WireColumn[];
  readonly rows: readonly (readonly ClientValue[])[];
}

/** All rows of one statement; for answers known to be small. */
export async function ask(client: Client, text: string, parameters: Parameters = {}, options: QueryOptions = {}): Promise<SmallResult> {
  let answer: SmallResult = { columns: [], rows: [] };
  for await (const result of client.run(text, parameters, { ...options, typed: true })) {
    const rows: (readonly ClientValue[])[] = [];
    for await (const row of result) rows.push(row);
    answer = { columns: result.columns, rows };
  }
  return answer;
}

/** The column `name` of a SHOW statement, or its first column. */
export async function namesOf(client: Client, show: string, options: QueryOptions = {}): Promise<string[]> {
  const { columns, rows } = await ask(client, show, {}, options);
  const at = Math.max(
    0,
    columns.findIndex((column) => column.name.toLowerCase() === 'name'),
  );
  return rows.map((row) => row[at]).filter((name) => typeof name === 'string');
}
