// What the server tells its operator: JSON Lines on standard error, one object a line with `level`, `time`, `msg` and the fields of the
// event. Texts of statements are masked where they hold passwords; values of parameters are never written.

import { type DestinationStream, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

type Fields = { readonly [name: string]: unknown };

export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

/** `to`: default standard error. */
export function openLog(level: LogLevel, to?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // At once, so that what is told last before a crash is not lost.
  return pino(options, to ?? pino.destination({ fd: 2, sync: true }));
}

/** For servers in programs, which were not asked for one: only failures of Trefoil itself. */
export const quietLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (fields, message) => console.error(message, fields),
};
