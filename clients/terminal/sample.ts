// The bundled sample: tables, collections and a graph from one source, run as a script into an empty database, all or nothing.

import { existsSync, statSync } from 'node:fs';
import type { Client } from '../../server/protocol/client.ts';
import { TerminalError } from './error-text.ts';
import { execute, namesOf } from './execute.ts';
import { startProgress } from './import/progress.ts';
import { packageFile } from '../../engines/package-file.ts';
import { runScriptFile } from './script.ts';
import type { Streams } from './streams.ts';

/** Loads the sample unless something is in the database already. True when it was loaded. */
export async function loadSample(client: Client, streams: Streams): Promise<boolean> {
  if (!(await isEmpty(client))) return false;
  const file = packageFile('examples/sample.trefoil');
  if (!existsSync(file)) throw new TerminalError(`The bundled sample is missing: there is no file ${file}.`);
  const progress = startProgress(streams, 'sample', statSync(file).size);
  try {
    await execute(client, 'BEGIN');
    await runScriptFile(client, file, { onProgress: (bytes) => progress.update(bytes) });
    await execute(client, 'COMMIT');
    return true;
  } catch (error) {
    await execute(client, 'ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    progress.stop();
  }
}

async function isEmpty(client: Client): Promise<boolean> {
  for (const show of ['SHOW TABLES', 'SHOW COLLECTIONS', 'SHOW LABELS']) {
    if ((await namesOf(client, show)).length > 0) return false;
  }
  return true;
}

/** The first screen on the bundled sample: what is there, and what to try. */
export function sampleGreeting(url: string): string {
  return `The bundled sample on ${url}: people, places and orders, as tables, documents and a graph. Try:
  tables     SELECT name, price FROM product ORDER BY price DESC LIMIT 3;
  documents  SELECT l.name, sum(l.qty) FROM orders AS o, o.lines AS l GROUP BY l.name;
  graph      MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) RETURN p.name, p.born;
  all three  COMPARE 'born in the USA';
.tables lists what is there, .help the commands.
`;
}
