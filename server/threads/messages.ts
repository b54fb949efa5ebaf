// What the main thread and its workers say to each other. They also share memory with a word for each text that a worker has: flag-word.ts.

import type { Durability } from '../../engines/open.ts';
import type { SharedBase } from '../../engines/share-base.ts';
import type { Principal } from '../../engines/users/rights.ts';
import type { LoggedStatement, LogSnapshot } from '../../engines/statement-log.ts';
import type { QueryEvent } from './outlet.ts';
import type { Limits } from '../limits.ts';
import type { WireError } from '../protocol/frames.ts';

/** Statements of one worker at a time. */
export const slotCount = 8192;
/** The word behind the slots: 1 while the worker computes, 0 while all that it runs waits for clients. */
export const busyWord = slotCount;

export type Role = 'writer' | 'reader';

export interface WorkerData {
  readonly file: string;
  readonly role: Role;
  readonly readOnly: boolean;
  /** Others reach the server: the last user must stay. */
  readonly usersNeeded: boolean;
  readonly flags: Int32Array;
  /** Slot 0's number in StopSlots; undefined where SQLite cannot be stopped from outside. */
  readonly firstStopSlot: number | undefined;
  /** The graphs' topologies as other threads have them already. */
  readonly bases: readonly SharedBase[];
  readonly limits: Limits;
  readonly durability: Durability;
}

/** What a statement leaves of its session's transaction: none, an open one, or one that was rolled back though the client believes to be in it. */
export type TransactionLeft = 'none' | 'open' | 'lost';

/** A text to be run, and how. */
export interface RunOrder {
  /** 0: no session, every statement by itself. */
  readonly session: number;
  readonly text: string;
  /** JSON text of an object, in the wire encoding. */
  readonly parameters: string | undefined;
  readonly rows: number;
  readonly bytes: number;
  readonly readOnly: boolean;
  /** Absent: all rights. */
  readonly principal: Principal | undefined;
  /** May share its commit with others. */
  readonly grouped: boolean;
  /** The session's graph; null: the default one. */
  readonly graph: string | null;
  /** For a text that asks for it. */
  readonly log: LogSnapshot | undefined;
  /** Somebody asks how far it is. */
  readonly followed: boolean;
}

export interface RunMessage {
  readonly kind: 'run';
  readonly ticket: number;
  readonly slot: number;
  readonly order: RunOrder;
}

export type ToWorker =
  | RunMessage
  | { readonly kind: 'grant'; readonly ticket: number; readonly rows: number; readonly bytes: number }
  /** The next statement of the session waits: keep what has no credit. */
  | { readonly kind: 'buffer'; readonly ticket: number }
  | { readonly kind: 'discard'; readonly ticket: number }
  /** The flag was set; whoever waits for credit shall look. */
  | { readonly kind: 'wake'; readonly ticket: number }
  /** Nobody listens to this one any more. */
  | { readonly kind: 'forget'; readonly ticket: number }
  | { readonly kind: 'endSession'; readonly session: number }
  /** Another thread has made a newer base of the graph's topology. */
  | { readonly kind: 'base'; readonly base: SharedBase }
  /** The first base of the graph may be read now. */
  | { readonly kind: 'turn'; readonly graph: number }
  | { readonly kind: 'graphGone'; readonly graph: number }
  | { readonly kind: 'close' };

export type FromWorker =
  /** What has been run since the last such message. */
  | { readonly kind: 'statements'; readonly news: readonly LoggedStatement[] }
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly error: WireError }
  | { readonly kind: 'out'; readonly ticket: number; readonly event: QueryEvent }
  /** The statement has ended and its slot is free; output may still wait for credit. */
  | { readonly kind: 'free'; readonly ticket: number; readonly left: TransactionLeft; readonly graph: string | null }
  | { readonly kind: 'sessionEnded'; readonly session: number }
  /** So many autocommitted statements were committed together. */
  | { readonly kind: 'commit'; readonly statements: number }
  | { readonly kind: 'bug'; readonly incident: string; readonly stack: string }
  | { readonly kind: 'base'; readonly base: SharedBase }
  | { readonly kind: 'graphGone'; readonly graph: number }
  | { readonly kind: 'wantTurn'; readonly graph: number }
  | { readonly kind: 'endTurn'; readonly graph: number };
