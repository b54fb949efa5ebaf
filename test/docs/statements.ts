// Runs the ```trefoil blocks of a page in order in one session, and prints results as test/logic does: column names and values
// separated by ` | `, changes, notices, or the error as the terminal shows it. Rows stay in the order in which they came.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineDatabase } from '../../engines/database.ts';
import { parseJson } from '../../engines/json.ts';
import { openDatabase } from '../../engines/open.ts';
import type { Session } from '../../engines/session.ts';
import type { Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { renderError } from '../logic/render-error.ts';
import { sessionRunner } from '../logic/run-case.ts';
import type { Block } from './page.ts';

/** Their values differ from run to run and are shown as _. */
const masked = ['timeMs', 'medianMs', 'created'];
const token = /^"trefoil_[\w-]{43}"$/;

interface Opened {
  readonly database: EngineDatabase;
  readonly session: Session;
}

/** The databases of one page: one that starts empty, and one with the bundled sample for blocks marked `sample`. */
export class PageDatabases {
  private readonly folder: string;
  private readonly root: string;
  private readonly opened = new Map<'empty' | 'sample', Opened>();

  constructor(folder: string, root: string) {
    this.folder = folder;
    this.root = root;
  }

  async run(block: Block): Promise<string> {
    const { session } = await this.open(block.words.includes('sample') ? 'sample' : 'empty');
    const at = block.words.indexOf('params');
    return run(session, block.text, parametersOf(at < 0 ? '{}' : block.words.slice(at + 1).join(' ')));
  }

  private async open(name: 'empty' | 'sample'): Promise<Opened> {
    const known = this.opened.get(name);
    if (known) return known;
    const database = await openDatabase({ file: join(this.folder, `${name}.db`) });
    const session = database.session();
    this.opened.set(name, { database, session });
    if (name === 'sample') {
      const script = readFileSync(join(this.root, 'examples/sample.trefoil'), 'utf8');
      const failure = await run(session, script, new Map());
      if (failure.includes('error ')) throw new Error(`The sample does not load: ${failure}`);
    }
    return { database, session };
  }

  async close(): Promise<void> {
    for (const { database, session } of this.opened.values()) {
      await session.close();
      await database.close();
    }
  }
}

function parametersOf(json: string): ReadonlyMap<string, Value> {
  const value = parseJson(json, { tags: 'wire' });
  return value instanceof Map ? (value as ReadonlyMap<string, Value>) : new Map();
}

async function run(session: Session, text: string, parameters: ReadonlyMap<string, Value>): Promise<string> {
  const parts: string[] = [];
  try {
    for await (const { columns, rows, summary } of sessionRunner(session, {}, 1024).run(text, parameters)) {
      const lines: string[] = [];
      for await (const row of rows)
        lines.push(row.map((value, i) => (masked.includes(columns[i] ?? '') || token.test(value) ? '_' : value)).join(' | '));
      const { changes, notices } = await summary();
      if (columns.length > 0) parts.push([columns.join(' | '), ...lines].join('\n'));
      if (changes.length > 0) parts.push(changes.map(([name, n]) => `${name} ${n}`).join(', '));
      parts.push(...notices);
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    parts.push(`error ${renderError(error, text)}`);
  }
  return parts.join('\n');
}
