// The statements about users, roles and tokens. Inside the transaction that run-small.ts began; a password is hashed before that, so that
// nobody waits for it.

import type * as Ast from '../../parser/ast.ts';
import { didYouMean, QueryError } from '../../parser/error.ts';
import type { Catalog, UserInfo } from '../catalog.ts';
import type { Notice, UserStorage } from '../engine.ts';
import type { TableOfRows } from '../show.ts';
import type { Value } from '../value.ts';
import { checkPassword, hashPassword, newToken, tokenHash } from './password.ts';
import type { Principal } from './rights.ts';

export interface UserSetting {
  readonly users: UserStorage;
  readonly catalog: Catalog;
  readonly notices: Notice[];
  /** Absent: who has the file in hand. */
  readonly principal: Principal | undefined;
  /** The server listens where others reach it, so the last user must stay. */
  readonly usersNeeded: boolean;
  /** Of CREATE and ALTER USER: what is to be stored of the password. */
  readonly hash: string | undefined;
}

const nothing: TableOfRows = { columns: [], rows: [] };

/** What is to be stored of the statement's password; undefined if it has none. */
export async function passwordHash(
  statement: Ast.UserStatement,
  parameters: ReadonlyMap<string, Value> | undefined,
): Promise<string | undefined> {
  if (statement.kind !== 'createUser' && statement.kind !== 'alterUser') return undefined;
  const { password } = statement;
  const text = password.kind === 'literal' ? password.text : parameters?.get(password.name);
  if (text === undefined && password.kind === 'parameter')
    throw new QueryError('bind/unknown-parameter', `The parameter $${password.name} was not given.`, { span: password.span });
  if (typeof text !== 'string') throw new QueryError('type/argument', 'A password is a text.', { span: password.span });
  checkPassword(text, password.span);
  return hashPassword(text);
}

export async function changeUsers(statement: Ast.UserStatement, setting: UserSetting): Promise<TableOfRows> {
  switch (statement.kind) {
    case 'createUser':
      return createUser(statement, setting);
    case 'alterUser':
      await setting.users.setPassword(known(statement.name, setting.catalog).id, setting.hash ?? '');
      return nothing;
    case 'dropUser':
      return dropUsers(statement, setting);
    case 'grant':
    case 'revoke':
      return changeRole(statement, setting);
    case 'createToken':
      return createToken(statement, setting);
    case 'dropToken':
      return dropTokens(statement, setting);
  }
}

async function createUser(statement: Ast.CreateUser, { users, catalog, notices, hash }: UserSetting): Promise<TableOfRows> {
  const { name, role } = statement;
  if (find(name, catalog)) {
    if (!statement.ifNotExists)
      throw new QueryError('bind/user-exists', `There is a user "${name.text}" already.`, {
        span: name.span,
        hint: 'ALTER USER … PASSWORD gives a new password.',
      });
    notices.push({ code: 'notice/skipped', message: `There is a user "${name.text}" already.` });
    return nothing;
  }
  // HTTP's Basic authentication ends the name at a colon.
  if (/[:\p{Cc}]/u.test(name.text) || name.text.trim() === '' || name.text.length > 128)
    throw new QueryError('constraint/user-name', 'A user name has 1 to 128 characters, and no colon or control character among them.', {
      span: name.span,
    });
  const first = catalog.users.length === 0;
  if (first && role !== undefined && role !== 'owner')
    throw new QueryError('constraint/first-user', 'The first user must be an owner, or nobody could manage users.', {
      span: statement.span,
      hint: `CREATE USER ${name.text} PASSWORD '…' ROLE owner`,
    });
  await users.create(name.text, hash ?? '', first ? ['owner'] : role === undefined ? [] : [role]);
  if (first)
    notices.push({
      code: 'notice/first-user',
      message: `${name.text} is the first user and so an owner. From now on a server of this file asks everyone to sign in.`,
    });
  return nothing;
}

async function dropUsers(statement: Ast.DropUser, { users, catalog, notices, usersNeeded }: UserSetting): Promise<TableOfRows> {
  const dropped = new Map<number, UserInfo>();
  for (const name of [statement.name, ...(statement.also ?? [])]) {
    const user = find(name, catalog);
    if (user) dropped.set(user.id, user);
    else if (statement.ifExists) notices.push({ code: 'notice/skipped', message: `There is no user "${name.text}".` });
    else throw unknownUser(name, catalog);
  }
  const left = catalog.users.filter((user) => !dropped.has(user.id));
  if (left.length === 0 && dropped.size > 0 && usersNeeded)
    throw new QueryError(
      'constraint/last-user',
      'The last user cannot be dropped while the server listens on an address that others reach.',
      {
        span: statement.span,
        hint: 'Serve the file on 127.0.0.1 for that.',
      },
    );
  if (left.length > 0 && dropped.size > 0) refuseLastOwner(left, statement.span);
  for (const id of dropped.keys()) await users.drop(id);
  return nothing;
}

async function changeRole(statement: Ast.ChangeRole, { users, catalog }: UserSetting): Promise<TableOfRows> {
  const user = known(statement.name, catalog);
  const others = user.roles.filter((role) => role !== statement.role);
  const roles = statement.kind === 'grant' ? [...others, statement.role] : others;
  refuseLastOwner(
    catalog.users.map((other) => (other.id === user.id ? { ...user, roles } : other)),
    statement.span,
  );
  await users.setRoles(user.id, roles);
  return nothing;
}

function refuseLastOwner(users: readonly UserInfo[], span: Ast.UserStatement['span']): void {
  if (users.some((user) => user.roles.includes('owner'))) return;
  throw new QueryError('constraint/last-owner', 'Then there would be users and no owner among them, so nobody could manage them.', {
    span,
    hint: 'GRANT owner to another user first.',
  });
}

async function createToken(statement: Ast.CreateToken, { users, catalog, principal }: UserSetting): Promise<TableOfRows> {
  const { name, user: given } = statement;
  if (catalog.users.some((user) => user.tokens.some((token) => sameName(token.name, name.text))))
    throw new QueryError('bind/token-exists', `There is a token "${name.text}" already.`, {
      span: name.span,
      hint: 'DROP TOKEN ends it; SHOW TOKENS lists them.',
    });
  if (given === undefined && principal === undefined)
    throw new QueryError('bind/token-user', 'A token is for a user, and this session has none.', {
      span: statement.span,
      hint: `CREATE TOKEN ${name.text} FOR user`,
    });
  const user = given === undefined ? principal?.user : known(given, catalog).id;
  const token = newToken();
  await users.createToken(name.text, user ?? 0, tokenHash(token));
  return { columns: [{ name: 'token', type: 'text' }], rows: [[token]] };
}

async function dropTokens(statement: Ast.DropUser, { users, catalog, notices }: UserSetting): Promise<TableOfRows> {
  const tokens = catalog.users.flatMap((user) => user.tokens);
  for (const name of [statement.name, ...(statement.also ?? [])]) {
    const token = tokens.find((t) => sameName(t.name, name.text));
    if (token) await users.dropToken(token.id);
    else if (statement.ifExists) notices.push({ code: 'notice/skipped', message: `There is no token "${name.text}".` });
    else {
      const near = didYouMean(
        name.text,
        tokens.map((t) => t.name),
      );
      throw new QueryError('bind/unknown-token', `There is no token "${name.text}".`, {
        span: name.span,
        hint: near ?? 'SHOW TOKENS lists them.',
      });
    }
  }
  return nothing;
}

function find(name: Ast.Name, catalog: Catalog): UserInfo | undefined {
  return catalog.users.find((user) => sameName(user.name, name.text));
}

function known(name: Ast.Name, catalog: Catalog): UserInfo {
  const user = find(name, catalog);
  if (!user) throw unknownUser(name, catalog);
  return user;
}

function unknownUser(name: Ast.Name, catalog: Catalog): QueryError {
  const near = didYouMean(
    name.text,
    catalog.users.map((user) => user.name),
  );
  return new QueryError('bind/unknown-user', `There is no user "${name.text}".`, {
    span: name.span,
    hint: near ?? 'SHOW USERS lists them.',
  });
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
