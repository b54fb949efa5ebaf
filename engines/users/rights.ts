// Who may run which statement. Asked once for every statement, before it is planned (run-script.ts), so it holds on every way that a
// statement can take. Who has the file in hand needs no user: no principal means all rights.

import type * as Ast from '../../parser/ast.ts';
import { QueryError, type Span } from '../../parser/error.ts';
import type { Catalog, UserInfo } from '../catalog.ts';
import { type Change, changeOf } from '../plan/bind.ts';

/** Who a session belongs to, as it was when it signed in. */
export interface Principal {
  readonly user: number;
  /** UserInfo.passwordNumber; after a new password the session is over. */
  readonly passwordNumber: number;
  /** The token that it signed in with; when that is dropped the session is over. */
  readonly token?: number;
}

const rank: Readonly<Record<Ast.Role, number>> = { reader: 1, writer: 2, owner: 3 };

/** True if one of the roles is this one or includes it. */
export function hasRole(roles: readonly Ast.Role[], wanted: Ast.Role): boolean {
  return roles.some((role) => rank[role] >= rank[wanted]);
}

/** The user, unless the principal's password or token has gone since. */
export function userOf(principal: Principal, users: readonly UserInfo[]): UserInfo | undefined {
  const user = users.find((u) => u.id === principal.user);
  if (user === undefined || user.passwordNumber !== principal.passwordNumber) return undefined;
  return principal.token === undefined || user.tokens.some((t) => t.id === principal.token) ? user : undefined;
}

export function sessionEndedError(): QueryError {
  return new QueryError('auth/ended', 'This session has ended: its user or token was dropped, or has a new password.', {
    hint: 'Sign in again.',
  });
}

/** Throws `auth/denied`, or `auth/ended` for a principal that is no longer valid. */
export function checkRights(statement: Ast.Statement, principal: Principal, catalog: Catalog): void {
  const user = userOf(principal, catalog.users);
  if (user === undefined) throw sessionEndedError();
  const wanted = roleFor(statement, user);
  if (hasRole(user.roles, wanted)) return;
  throw deniedError(user, wanted, statement.span);
}

function deniedError(user: UserInfo, wanted: Ast.Role, span: Span): QueryError {
  const is = user.roles.length === 0 ? 'has no role yet' : `is a ${user.roles.join(' and ')}`;
  return new QueryError('auth/denied', `This takes the role ${wanted}, and ${user.name} ${is}.`, {
    span,
    hint: `An owner can give it: GRANT ${wanted} TO ${user.name}`,
  });
}

/** What a statement takes. A user's own password and tokens take no more than being there, which `reader` stands for. */
function roleFor(statement: Ast.Statement, user: UserInfo): Ast.Role {
  switch (statement.kind) {
    case 'alterUser':
      return statement.name.text.toLowerCase() === user.name.toLowerCase() ? 'reader' : 'owner';
    case 'createToken':
      return (statement.user?.text ?? user.name).toLowerCase() === user.name.toLowerCase() ? 'reader' : 'owner';
    case 'dropToken':
      return [statement.name, ...(statement.also ?? [])].every((name) => ownsToken(user, name.text)) ? 'reader' : 'owner';
    case 'kill':
    case 'advise':
      return 'owner';
    case 'show':
      // What runs and what has been run shows the statements of others.
      return ['users', 'running', 'sessions', 'statements'].includes(statement.what) ? 'owner' : 'reader';
    default:
      return roles[changeOf(statement) ?? 'nothing'];
  }
}

const roles: Readonly<Record<Change | 'nothing', Ast.Role>> = { definitions: 'owner', users: 'owner', data: 'writer', nothing: 'reader' };

function ownsToken(user: UserInfo, name: string): boolean {
  return user.tokens.some((token) => token.name.toLowerCase() === name.toLowerCase());
}
