// Stops statements that other threads' connections run, and sees how far they are: the other side of `SqliteConnection.watch`, over interrupt.c.

import Database from 'better-sqlite3';
import { interruptFile } from './interrupt-file.ts';

export interface Interrupter {
  /** Stops what runs inside SQLite for the statement with this number, if anything does at this moment. */
  interrupt(slot: number): void;
  /** Rows that full scans have gone through for the statement with this number, if it is followed. */
  steps(slot: number): number;
  close(): void;
}

/** Numbers of statements are below this. */
export const interruptSlots = 1 << 20;

/** Undefined where the extension was not built. */
export function openInterrupter(): Interrupter | undefined {
  const file = interruptFile();
  if (file === undefined) return undefined;
  const database = new Database(':memory:');
  database.loadExtension(file);
  const statement = database.prepare<[number]>('SELECT trefoil_interrupt(?)');
  const steps = database.prepare<[number], number>('SELECT trefoil_steps(?)').pluck();
  return {
    steps: (slot) => steps.get(slot) ?? 0,
    interrupt: (slot) => void statement.get(slot),
    close: () => void database.close(),
  };
}
