// SQLite's error codes as Trefoil's errors: one plain sentence each, with a code by stage. What knows more (the row that
// failed, the table's foreign keys) says more: see constraint-errors.ts. Anything that is not SQLite's passes through.

import Database from 'better-sqlite3';
import { QueryError } from '../../../parser/error.ts';
import { complaintIn } from './schema-dialect.ts';

/** A failure of SQLite as the QueryError that the user sees; other errors are returned as they are. */
export function translateError(error: unknown): unknown {
  if (error instanceof RangeError && error.message.includes('too big')) {
    return new QueryError('limit/value-size', 'A value is too long for SQLite, or an integer does not fit into 64 bits.');
  }
  const failure = failureOf(error);
  if (failure === undefined) return error;
  const { code, message } = failure;
  if (code.startsWith('SQLITE_CONSTRAINT')) return constraintError(code, message);
  return storageError(code) ?? statementError(message) ?? failure;
}

/** What SQLite reports, as an error; on threads with plain-failures.ts it comes as [message, code]. */
function failureOf(error: unknown): InstanceType<typeof Database.SqliteError> | undefined {
  if (error instanceof Database.SqliteError) return error;
  if (!Array.isArray(error)) return undefined;
  const [message, code] = error as [string, string];
  return new Database.SqliteError(message, code);
}

/** Runs `work`; what SQLite throws comes out translated. */
export function translating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateError(error);
  }
}

/** SQLite's name of an error, such as `SQLITE_BUSY`, if it is one. */
export function sqliteCode(error: unknown): string | undefined {
  return failureOf(error)?.code;
}

function storageError(code: string): QueryError | undefined {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return busyError();
  if (code.startsWith('SQLITE_FULL')) {
    return new QueryError('storage/full', 'The disk is full, so the change was not made.', { hint: 'Free some space and try again.' });
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new QueryError('storage/corrupt', 'The database file is damaged.', {
      hint: 'Restore it from a backup, or save what can be read with "sqlite3 FILE .recover".',
    });
  }
  if (code.startsWith('SQLITE_NOTADB')) {
    return new QueryError('storage/not-a-database', 'The file is not a SQLite database, or it is encrypted.');
  }
  if (code === 'SQLITE_READONLY_DIRECTORY') {
    return new QueryError('storage/cannot-open', 'SQLite keeps two files beside the database, and the folder may not be written.', {
      hint: 'Give the right to write there, or copy the file to another folder. While another program has the file open, it can be read.',
    });
  }
  if (code.startsWith('SQLITE_READONLY')) return new QueryError('storage/read-only', 'The database is open for reading only.');
  if (code.startsWith('SQLITE_CANTOPEN')) return new QueryError('storage/cannot-open', 'The database file cannot be opened.');
  if (code.startsWith('SQLITE_PERM') || code.startsWith('SQLITE_AUTH')) {
    return new QueryError('storage/cannot-open', 'The database file may not be accessed.');
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new QueryError('storage/io', `The disk reported an error (${code}).`, { hint: 'Check the disk and the file system.' });
  }
  if (code.startsWith('SQLITE_NOMEM')) return new QueryError('limit/memory', 'There is not enough memory for this statement.');
  if (code.startsWith('SQLITE_TOOBIG'))
    return new QueryError('limit/value-size', 'A value is longer than SQLite can store (1,000,000,000 bytes).');
  // The INTEGER PRIMARY KEY is the row's id; only INSERT may leave it out.
  if (code === 'SQLITE_MISMATCH')
    return new QueryError('constraint/not-null', 'The primary key of a row must have a value; null is not allowed.');
  if (code === 'SQLITE_INTERRUPT') return new QueryError('limit/cancelled', 'The statement was stopped.');
  return undefined;
}

/** Errors of a running statement that SQLite reports only by text. */
function statementError(message: string): QueryError | undefined {
  const complaint = complaintIn(message);
  if (complaint) return new QueryError(complaint.code, complaint.message);
  if (message === 'integer overflow') return new QueryError('type/overflow', 'The result does not fit into a 64-bit integer.');
  if (message.startsWith('malformed JSON')) {
    return new QueryError('type/json', 'A value cannot be stored as JSON.', { hint: 'Lists and objects may be nested 1000 deep at most.' });
  }
  const missing = /^no such (?:table|column|index): (?:main\.)?(.+)$/.exec(message)?.[1];
  if (missing !== undefined) return changedError(missing);
  const view = /^cannot modify (.+) because it is a view$/.exec(message)?.[1];
  if (view !== undefined) return new QueryError('storage/view', `"${view}" is a view; its rows cannot be changed.`);
  if (message === 'LIKE or GLOB pattern too complex')
    return new QueryError('limit/value-size', 'A pattern of LIKE is longer than 50,000 bytes.');
  if (message.includes('too many columns')) {
    const what = message.includes('result set') ? 'A result' : 'A table';
    return new QueryError('limit/columns', `${what} can have 2000 columns at most.`);
  }
  if (
    /^(?:Expression tree is too large|too many |at most \d+ tables|parser stack overflow|Recursion limit|statement too long)/.test(message)
  ) {
    return new QueryError('limit/query-size', 'The statement is too large for SQLite.', {
      hint: 'Take it apart, or write a list instead of a long chain: x IN (…).',
    });
  }
  const unsafe = /unsafe use of (\w+)\(\)/.exec(message)?.[1];
  if (unsafe !== undefined) {
    return new QueryError(
      'bind/not-in-schema',
      `The file calls the function ${unsafe} in a trigger, a constraint, a default or an index, where it cannot stand.`,
      {
        hint: 'Only functions that every SQLite tool knows may stand there, because the file is read by other tools too.',
      },
    );
  }
  return undefined;
}

function changedError(missing: string): QueryError {
  return new QueryError('storage/schema-changed', `"${missing}" does not exist any more; the tables were changed by someone else.`, {
    retryable: true,
  });
}

export function busyError(): QueryError {
  return new QueryError('storage/busy', 'Another connection or program is writing to the database.', {
    hint: 'Try again.',
    retryable: true,
  });
}

function constraintError(code: string, message: string): QueryError {
  const detail = message.slice(message.indexOf(':') + 1).trim();
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_ROWID') {
    const stage = code === 'SQLITE_CONSTRAINT_UNIQUE' ? 'constraint/unique' : 'constraint/primary-key';
    const index = /^index '(.*)'$/.exec(detail)?.[1];
    if (index !== undefined) return new QueryError(stage, `The value is already there; the index "${index}" allows each value once.`);
    const { table, columns } = splitColumns(detail);
    const what = columns.length > 1 ? 'these values' : 'this value';
    return new QueryError(stage, `The table "${table}" already has a row with ${what} of ${quotedNames(columns)}.`);
  }
  if (code === 'SQLITE_CONSTRAINT_NOTNULL') {
    const { table, columns } = splitColumns(detail);
    return new QueryError(
      'constraint/not-null',
      `The column ${quotedNames(columns)} of table "${table}" must have a value; null is not allowed.`,
    );
  }
  if (code === 'SQLITE_CONSTRAINT_CHECK') return new QueryError('constraint/check', `The row breaks the check "${detail}".`);
  // SQLite reports ON DELETE RESTRICT as a trigger.
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || message === 'FOREIGN KEY constraint failed') {
    return new QueryError('constraint/foreign-key', 'A row refers to a row that does not exist, or a row that others refer to would go.');
  }
  if (code === 'SQLITE_CONSTRAINT_DATATYPE') return datatypeError(message);
  if (code === 'SQLITE_CONSTRAINT_TRIGGER')
    return new QueryError('constraint/trigger', `A trigger of the file refused the change: ${message}.`);
  return new QueryError('constraint/other', `The change breaks a constraint: ${message}.`);
}

function datatypeError(message: string): QueryError {
  const parts = /^cannot store (\w+) value in (\w+) column (.*)$/.exec(message);
  if (!parts) return new QueryError('type/column', 'A value has not the type of its column.');
  const { table, columns } = splitColumns(parts[3] ?? '');
  return new QueryError('type/column', `The column ${quotedNames(columns)} of table "${table}" holds ${parts[2]}, not ${parts[1]}.`);
}

/** `customer.first, customer.last` → the table and its columns. SQLite does not quote, so a dot in a name is taken as it comes. */
function splitColumns(detail: string): { table: string; columns: string[] } {
  const first = detail.indexOf('.');
  const table = detail.slice(0, first);
  return { table, columns: detail.split(', ').map((part) => part.slice(part.startsWith(`${table}.`) ? first + 1 : 0)) };
}

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"` */
export function quotedNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
