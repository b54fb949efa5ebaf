// What a server tells of itself and does to itself by statements: SHOW RUNNING, SESSIONS, SETTINGS and LIMITS, and KILL. The server
// hands a Host in with the statement; where there is none, these statements fail.

import type * as Ast from '../parser/ast.ts';
import { QueryError } from '../parser/error.ts';
import type { TableOfRows } from './show.ts';

export interface Host {
  show(what: Ast.ShownByServer): TableOfRows;
  /** False: there is no such statement or session. */
  kill(what: Ast.Kill['what'], id: bigint): boolean;
}

const shownByServer: ReadonlySet<string> = new Set<Ast.ShownByServer>(['running', 'sessions', 'settings', 'limits']);

export function isShownByServer(what: Ast.Shown): what is Ast.ShownByServer {
  return shownByServer.has(what);
}

/** The statement is about the server, not about the data, and answered at once. */
export function isForHost(statement: Ast.Statement): boolean {
  if (statement.kind === 'kill') return true;
  return statement.kind === 'show' && (isShownByServer(statement.what) || isAboutLog(statement));
}

/** SHOW STATEMENTS and ADVISE, which a server answers for all its threads together. */
export function isAboutLog(statement: Ast.Statement): boolean {
  return statement.kind === 'advise' || (statement.kind === 'show' && statement.what === 'statements');
}

/** Throws `bind/no-server`: one thread of a server knows only what it ran itself, and a text that was too long to be looked into did not bring the rest. */
export function refusePartialLog(statement: Ast.Statement, partial: boolean): void {
  if (partial) throw noServer(statement.kind === 'advise' ? 'ADVISE' : 'SHOW STATEMENTS', statement.span);
}

/** Throws `bind/no-server`. */
export function showByServer(what: Ast.ShownByServer, span: Ast.Show['span'], host: Host | undefined): TableOfRows {
  if (host === undefined) throw noServer(`SHOW ${what.toUpperCase()}`, span);
  return host.show(what);
}

/** Throws `bind/no-server`, `bind/unknown-statement` and `bind/unknown-session`. */
export function kill(statement: Ast.Kill, host: Host | undefined): void {
  const { what, id, span } = statement;
  if (host === undefined) throw noServer('KILL', span);
  if (host.kill(what, id)) return;
  if (what === 'session') {
    throw new QueryError('bind/unknown-session', `There is no session ${id}.`, { span, hint: 'SHOW SESSIONS lists them.' });
  }
  throw new QueryError('bind/unknown-statement', `No statement with the number ${id} runs or waits.`, {
    span,
    hint: 'It may have ended. SHOW RUNNING lists those that run.',
  });
}

function noServer(what: string, span: Ast.Show['span']): QueryError {
  return new QueryError('bind/no-server', `${what} is answered by a server.`, {
    span,
    hint: 'Connect to one with ws://…, and send it apart from statements of an open transaction.',
  });
}
