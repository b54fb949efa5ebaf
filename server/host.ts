// The server as statements see it: SHOW RUNNING, SESSIONS, SETTINGS and LIMITS, and KILL. Sessions hand it in with the texts that run on
// the sockets' thread.

import type { Host } from '../engines/host.ts';
import type { TableOfRows } from '../engines/show.ts';
import type { ShownByServer } from '../parser/ast.ts';
import { QueryError } from '../parser/error.ts';
import { maskSecrets } from '../parser/mask-secrets.ts';
import { temporalOf } from '../engines/temporal/convert.ts';
import type { Row } from '../engines/value.ts';
import { defaultLimits, limitNames, limitText, limitUnit, type Limits } from './limits.ts';
import type { DispatchSession } from './session.ts';

/** Characters of a statement that SHOW RUNNING shows. */
const shownChars = 200;

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

export class ServerHost implements Host {
  private readonly sessions: ReadonlySet<DispatchSession>;
  private readonly limits: Limits;
  private readonly settings: () => readonly Setting[];

  constructor(sessions: ReadonlySet<DispatchSession>, limits: Limits, settings: () => readonly Setting[]) {
    this.sessions = sessions;
    this.limits = limits;
    this.settings = settings;
  }

  show(what: ShownByServer): TableOfRows {
    switch (what) {
      case 'running':
        return this.running();
      case 'sessions':
        return this.allSessions();
      case 'settings':
        return texts(
          ['setting', 'value', 'description'],
          this.settings().map((s) => [s.name, s.value, s.description]),
        );
      case 'limits':
        return {
          columns: [
            { name: 'limit', type: 'text' },
            { name: 'value', type: 'integer' },
            { name: 'unit', type: 'text' },
            { name: 'default', type: 'integer' },
            { name: 'description', type: 'text' },
          ],
          rows: limitNames.map((name) => [
            name,
            BigInt(Math.round(this.limits[name])),
            limitUnit(name) ?? null,
            BigInt(defaultLimits[name]),
            limitText(name),
          ]),
        };
    }
  }

  kill(what: 'statement' | 'session', id: bigint): boolean {
    for (const session of this.sessions) {
      if (what === 'session') {
        if (BigInt(session.key) !== id) continue;
        session.end(new QueryError('limit/killed', 'The session was ended by KILL SESSION.', { retryable: true }));
        return true;
      }
      for (const query of session.unended) {
        if (BigInt(query.id) !== id) continue;
        query.cancel();
        return true;
      }
    }
    return false;
  }

  private running(): TableOfRows {
    const nowMs = Date.now();
    const rows: Row[] = [];
    for (const session of this.sessions) {
      for (const query of session.unended) {
        rows.push([
          BigInt(query.id),
          BigInt(session.key),
          session.user ?? null,
          query.situation,
          temporalOf('datetime', query.since),
          BigInt(nowMs - query.since.getTime()),
          BigInt(query.rowsSent),
          shorten(query.request.text),
        ]);
      }
    }
    return {
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'session', type: 'integer' },
        { name: 'user', type: 'text' },
        { name: 'state', type: 'text' },
        { name: 'since', type: 'datetime' },
        { name: 'ms', type: 'integer' },
        { name: 'rows', type: 'integer' },
        { name: 'statement', type: 'text' },
      ],
      rows,
    };
  }

  private allSessions(): TableOfRows {
    const rows = [...this.sessions].map(
      (session): Row => [
        BigInt(session.key),
        session.user ?? null,
        session.client ?? null,
        temporalOf('datetime', session.since),
        session.inTransaction,
        BigInt(session.unfinished),
      ],
    );
    return {
      columns: [
        { name: 'session', type: 'integer' },
        { name: 'user', type: 'text' },
        { name: 'client', type: 'text' },
        { name: 'since', type: 'datetime' },
        { name: 'transaction', type: 'boolean' },
        { name: 'statements', type: 'integer' },
      ],
      rows,
    };
  }
}

function texts(names: readonly string[], rows: Row[]): TableOfRows {
  return { columns: names.map((name) => ({ name, type: 'text' })), rows };
}

/** In one line, without passwords. */
function shorten(text: string): string {
  const line = maskSecrets(text).replace(/\s+/g, ' ').trim();
  return line.length <= shownChars ? line : `${line.slice(0, shownChars - 1)}…`;
}
