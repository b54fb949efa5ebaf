// The sockets' thread's own Database, for statements that are a handful of index look-ups: a hop to another thread would cost
// twenty times such a read. One runs at a time. One that turns out heavier than it looked is given up before anything was sent,
// and the caller hands it to a reader.

import type { Host } from '../../engines/host.ts';
import type { UserInfo } from '../../engines/catalog.ts';
import type { Credentials } from '../../engines/engine.ts';
import type { Classification, Database, Session } from '../../engines/session.ts';
import type { Principal } from '../../engines/users/rights.ts';
import type { Value } from '../../engines/value.ts';
import type { Limits } from '../limits.ts';
import type { Outlet } from './outlet.ts';
import { runText } from './run-text.ts';

/** A statement asks whether it must stop once per batch and per thousand steps. */
const lightChecks = 16;

/** How long the answer for a text stands. Whether it is light depends on the catalogue; one that is too old costs time, never truth. */
const classifiedMs = 100;
/** Texts whose answer is kept. */
const classifiedTextsMax = 1000;

/** Nobody has looked: to be on the safe side. */
const tooLong: Classification = {
  writes: true,
  light: false,
  controlsTransaction: true,
  beginsReadOnly: false,
  endsTransaction: false,
  rollsBack: false,
  setsSession: true,
  forHost: false,
  changesUsers: false,
  readsLog: false,
};

class TooHeavy extends Error {}

export interface InlineOrder {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly readOnly: boolean;
  readonly host: Host;
  /** No reader can answer it. */
  readonly forHost: boolean;
  readonly graph: string | null;
  readonly onGraph: (graph: string | null) => void;
  readonly principal: Principal | undefined;
  /** Throws when the statement must stop. */
  readonly check: () => void;
}

export class Inline {
  private readonly database: Database;
  private readonly session: Session;
  private readonly limits: Limits;
  private last: Promise<unknown> = Promise.resolve();
  private readonly classified = new Map<string, { readonly kind: Classification; readonly untilMs: number }>();

  constructor(database: Database, limits: Limits) {
    this.database = database;
    this.session = database.session();
    this.limits = limits;
  }

  classify(text: string): Classification {
    if (text.length > this.limits.classifyChars) return tooLong;
    const nowMs = performance.now();
    const known = this.classified.get(text);
    if (known !== undefined && known.untilMs > nowMs) return known.kind;
    const kind = this.session.classify(text);
    if (kind.changesUsers) return kind;
    if (this.classified.size >= classifiedTextsMax) this.classified.clear();
    this.classified.set(text, { kind, untilMs: nowMs + classifiedMs });
    return kind;
  }

  users(): readonly UserInfo[] {
    return this.database.users();
  }

  credentials(name: string): Promise<Credentials | undefined> {
    return this.database.credentials(name);
  }

  tokenHolder(hash: string): Promise<Principal | undefined> {
    return this.database.tokenHolder(hash);
  }

  /** False: it was too heavy and has left no trace. */
  run(order: InlineOrder, outlet: Outlet): Promise<boolean> {
    const run = this.last.then(() => this.runNow(order, outlet));
    this.last = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    await this.last;
    await this.session.close();
    await this.database.close();
  }

  private async runNow(order: InlineOrder, outlet: Outlet): Promise<boolean> {
    const until = performance.now() + this.limits.inlineMs;
    let checks = 0;
    const check = (): void => {
      order.check();
      if (order.forHost) return;
      // A few steps that took long say that the machine is busy, not that the statement is heavy.
      if (
        (++checks > lightChecks && performance.now() > until) ||
        outlet.bufferedRows > this.limits.inlineRows ||
        outlet.overflow !== undefined
      )
        throw new TooHeavy();
    };
    outlet.hold();
    try {
      await runText(
        this.session,
        { ...order, check, limits: this.limits, slowMs: this.limits.slowStatementMs },
        outlet,
        (error) => error instanceof TooHeavy,
      );
    } catch (error) {
      if (error instanceof TooHeavy) return false;
      throw error;
    }
    outlet.letGo();
    return true;
  }
}
