// `trefoil restore`: runs a script in one transaction, so that all of it is there at the end or nothing. The script's own BEGIN and
// COMMIT say where it begins and ends: without the COMMIT it was cut short, and is not taken.

import { createReadStream, statSync } from 'node:fs';
import type { Client } from '../../../server/protocol/client.ts';
import type { WireStats } from '../../../server/protocol/frames.ts';
import { TerminalError } from '../error-text.ts';
import { execute } from '../execute.ts';
import { startProgress } from '../import/progress.ts';
import { changesText } from '../print-result.ts';
import { type ScriptStatement, StatementFailure, scriptStatements } from '../script.ts';
import { type Streams, write } from '../streams.ts';

/** Restores from a file, or from standard input without one. Throws what fails, and then nothing has changed. */
export async function runRestore(client: Client, script: string | undefined, streams: Streams): Promise<void> {
  const pieces = script === undefined ? streams.input : createReadStream(script);
  const progress = startProgress(streams, 'restore', script === undefined ? 0 : statSync(script).size);
  const sums: Record<string, number> = {};
  await execute(client, 'BEGIN');
  try {
    const state = { began: false, ended: false, statements: 0 };
    for await (const statement of scriptStatements(counted(pieces, (bytes) => progress.update(bytes)))) {
      const stats = await run(client, statement, state, script);
      for (const [name, count] of Object.entries(stats)) sums[name] = (sums[name] ?? 0) + count;
    }
    if (state.began && !state.ended)
      throw new TerminalError('The script ends early: it begins with BEGIN and has no COMMIT.', 'Nothing was restored.');
    if (state.statements === 0 && !state.began) throw new TerminalError('The script is empty.', 'Nothing was restored.');
    await execute(client, 'COMMIT');
    progress.stop();
    await write(streams.output, `Restored: ${changesText(sums as WireStats & Record<string, number>) || 'definitions alone'}.\n`);
  } catch (error) {
    await execute(client, 'ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    progress.stop();
  }
}

async function* counted(pieces: AsyncIterable<Buffer | string>, read: (bytes: number) => void): AsyncGenerator<Buffer | string> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    read(bytes);
    yield piece;
  }
}

interface State {
  began: boolean;
  ended: boolean;
  statements: number;
}

async function run(
  client: Client,
  { text, linesBefore }: ScriptStatement,
  state: State,
  script: string | undefined,
): Promise<Record<string, number>> {
  const place = { text, linesBefore, ...(script === undefined ? {} : { name: script }) };
  const word =
    text
      .replace(/^(\s|--[^\n]*(\n|$)|\/\*[^]*?\*\/)*/, '')
      .match(/^\w+/)?.[0]
      ?.toUpperCase() ?? '';
  if (state.ended) throw new StatementFailure(new TerminalError('The script goes on behind its COMMIT.', 'Nothing was restored.'), place);
  if (word === 'BEGIN' && state.statements === 0 && !state.began) {
    state.began = true;
    return {};
  }
  if (word === 'COMMIT' && state.began) {
    state.ended = true;
    return {};
  }
  if (['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'VACUUM'].includes(word))
    throw new StatementFailure(
      new TerminalError(
        `${word} cannot stand inside a script that is restored as a whole.`,
        'Nothing was restored. trefoil -f runs a script statement by statement.',
      ),
      place,
    );
  state.statements++;
  try {
    return countsOf(await execute(client, text));
  } catch (error) {
    throw new StatementFailure(tooLong(error) ?? error, place);
  }
}

/** A long document or row makes a long statement, which a file takes and a server may not. */
function tooLong(error: unknown): TerminalError | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'limit/query-bytes')) return undefined;
  return new TerminalError(
    `limit/query-bytes: ${error.message}`,
    'Nothing was restored. A file has no such limit: restore into one and serve it, or start the server with --limit queryBytes=…',
  );
}

function countsOf(stats: WireStats): Record<string, number> {
  return Object.fromEntries(Object.entries(stats).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
