// Runs every `.logic` file in one mode; there is a test file per mode, so that modes run side by side. The plain mode compares (or with TREFOIL_UPDATE=1 writes) the whole file; the other modes
// must give the same rows, changes and errors, so they leave the stages out.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineDatabase } from '../../engines/database.ts';
import { openDatabase } from '../../engines/open.ts';
import type { RunModes, Session } from '../../engines/session.ts';
import type { Principal } from '../../engines/users/rights.ts';
import { splitStatements } from '../../parser/split.ts';
import { type RunningServer, startServer } from '../../server/serve.ts';
import { isRun, longRun, shareOf } from '../long.ts';
import { type LogicCase, type LogicFile, printCases, readCases } from './case-file.ts';
import { FrameSocket } from './frames.ts';
import { runCase, type Runner, sessionRunner } from './run-case.ts';
import { openWire } from './wire-runner.ts';

const folder = new URL('.', import.meta.url).pathname;
const files = readdirSync(folder)
  .filter((f) => f.endsWith('.logic'))
  .sort();
const update = process.env.TREFOIL_UPDATE === '1';
/** In memory where the system offers that: thousands of small commits wait for a disk otherwise. Durability has tests of its own. */
let scratch = '';

/** Where the cases of one file run. */
interface Stand {
  runner(session: string, user: string | undefined): Promise<Runner>;
  frames(): Promise<FrameSocket>;
  readonly database: EngineDatabase | undefined;
  close(): Promise<void>;
}

let databases = 0;

async function openEmbedded(modes: RunModes, batchRows: number): Promise<Stand> {
  const file = join(scratch, `${databases++}.db`);
  const database = await openDatabase({ file });
  let server: RunningServer | undefined;
  let socket: FrameSocket | undefined;
  const sessions = new Map<string, { session: Session; principal: Principal | undefined }>();
  return {
    database,
    async runner(name, user) {
      let known = sessions.get(name);
      if (!known) {
        const principal = user === undefined ? undefined : (await database.credentials(user))?.principal;
        if (user !== undefined && !principal) throw new Error(`there is no user ${user} to sign in as`);
        known = { session: database.session(), principal };
        sessions.set(name, known);
      }
      return sessionRunner(known.session, modes, batchRows, known.principal);
    },
    async frames() {
      server ??= await startServer({ file, port: 0 });
      socket = socket?.open ? socket : await FrameSocket.connect(server.url);
      return socket;
    },
    async close() {
      socket?.close();
      await server?.stop();
      for (const { session } of sessions.values()) await session.close();
      await database.close();
    },
  };
}

const modes = {
  plain: () => openEmbedded({}, 1024),
  'no-rules': () => openEmbedded({ noRules: true }, 1024),
  'no-pushdown': () => openEmbedded({ noPushdown: true }, 1024),
  reprint: () => openEmbedded({ reprint: true }, 1024),
  'batch-of-one': () => openEmbedded({}, 1),
  wire: () => openWire(join(scratch, `${databases++}.db`)),
};

type Mode = keyof typeof modes;

/** Registers the tests of one mode. Only the plain mode writes. */
export function testMode(name: Mode): void {
  const mode = { name, open: modes[name] };
  if (update && name !== 'plain') return;
  describe(`logic, ${mode.name}`, () => {
    beforeAll(() => {
      scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trefoil-logic-'));
    });
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));
    for (const name of files) {
      const file = readCases(readFileSync(join(folder, name), 'utf8'), name);
      it.skipIf(!isRunIn(mode.name, name, file))(name, async () => {
        const outputs = await runFile(file, mode.open, mode.name === 'plain');
        if (update) writeFileSync(join(folder, name), printCases(file, outputs));
        else if (mode.name === 'plain') expect(printCases(file, outputs)).toBe(readFileSync(join(folder, name), 'utf8'));
        else for (const [i, c] of file.cases.entries()) compareInMode(c, outputs[i] ?? '', mode.name, name);
      });
    }
  });
}

const inProcess: readonly Mode[] = ['no-rules', 'no-pushdown', 'reprint', 'batch-of-one'];

/**
 * `npm run test:long` runs every file in every mode. `npm test` runs each in the plain mode and in one of those in process, by its name; over
 * the wire, where each needs a server, it runs what asks a server something (frames, users, sessions that wait) and one in 24 of the others.
 */
function isRunIn(mode: Mode, name: string, file: LogicFile): boolean {
  if (longRun || mode === 'plain') return true;
  if (mode !== 'wire') return inProcess[shareOf(name, inProcess.length)] === mode;
  return isRun(name, 24) || file.cases.some((c) => c.stages.includes('frames') || c.user !== undefined || c.waits);
}

async function runFile(file: LogicFile, open: () => Promise<Stand>, plain: boolean): Promise<string[]> {
  const outputs: string[] = [];
  const waiting = new Map<string, Promise<string>>();
  let stand = await open();
  try {
    for (const c of file.cases) {
      if (c.fresh) {
        await stand.close();
        stand = await open();
      }
      if (!plain && isExplained(c)) {
        outputs.push(c.expected);
        continue;
      }
      const started = c.outcome
        ? waiting.get(c.session)
        : runCase(c, await stand.runner(c.session, c.user), plain ? stand.database : undefined, () => stand.frames());
      if (!started) throw new Error(`Nothing of session ${c.session} waits: "${c.title}"`);
      if (c.waits) waiting.set(c.session, started);
      else waiting.delete(c.session);
      outputs.push(await (c.waits ? Promise.race([started, stillWaits()]) : started));
    }
  } finally {
    await Promise.all(waiting.values());
    await stand.close();
  }
  return outputs;
}

/** Nothing but EXPLAIN, which changes nothing and belongs to the plain mode. EXPLAIN ANALYZE runs its statement. */
function isExplained(c: LogicCase): boolean {
  return c.query !== '' && splitStatements(c.query).every(({ text }) => /^explain\s+(?!analyze\b)/i.test(text));
}

/** Long enough for a query that nothing holds up; one that is held up never ends by itself. */
function stillWaits(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 40, '(waits)'));
}

/** In reprint mode places in the text differ, so errors are compared by their first line. EXPLAIN belongs to the plain mode, and what COMPARE measures to modes with the same plans. */
function compareInMode(c: LogicCase, output: string, mode: string, file: string): void {
  if (/^\s*explain\b/im.test(c.query) || (/^compare\b/im.test(c.query) && mode.startsWith('no-'))) return;
  const wanted = withoutStages(c.expected);
  const brief = (text: string): string => (mode === 'reprint' ? text.replace(/^(error .*)[^]*/m, '$1') : text);
  expect(brief(output), `${file}:${c.line}: ${c.title}`).toBe(brief(wanted));
}

/** Drops the [stage] blocks: each runs up to the line before the last block, whose rows follow a blank marker line. */
function withoutStages(expected: string): string {
  const at = expected.lastIndexOf('[rows]\n');
  return at < 0 ? expected : expected.slice(at + '[rows]\n'.length);
}
