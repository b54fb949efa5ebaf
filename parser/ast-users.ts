// The syntax tree of users, their roles and their tokens.

import type { Name } from './ast.ts';
import type { Span } from './error.ts';

/** Each may do what the one before may: read; write rows, documents, nodes and edges; define, and manage users. */
export type Role = 'reader' | 'writer' | 'owner';

/** A password: written out, or a parameter so that it stands in no text. */
export type Secret =
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span }
  | { readonly kind: 'parameter'; readonly name: string; readonly span: Span };

/** `CREATE USER [IF NOT EXISTS] name PASSWORD '…' [ROLE role]` */
export interface CreateUser {
  readonly kind: 'createUser';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly password: Secret;
  readonly role?: Role;
  readonly span: Span;
}

/** `ALTER USER name [SET] PASSWORD '…'` */
export interface AlterUser {
  readonly kind: 'alterUser';
  readonly name: Name;
  readonly password: Secret;
  readonly span: Span;
}

/** `DROP USER [IF EXISTS] a, b`, `DROP TOKEN [IF EXISTS] a, b` */
export interface DropUser {
  readonly kind: 'dropUser' | 'dropToken';
  readonly name: Name;
  /** `DROP … a, b`: b. */
  readonly also?: readonly Name[];
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `GRANT role TO name`, `REVOKE role FROM name` */
export interface ChangeRole {
  readonly kind: 'grant' | 'revoke';
  readonly role: Role;
  readonly name: Name;
  readonly span: Span;
}

/** `CREATE TOKEN name [FOR user]`; its result is the token, which is shown this once. */
export interface CreateToken {
  readonly kind: 'createToken';
  readonly name: Name;
  /** Absent: for the user of the session. */
  readonly user?: Name;
  readonly span: Span;
}

export type UserStatement = CreateUser | AlterUser | DropUser | ChangeRole | CreateToken;
