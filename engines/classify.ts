// What a server must know of a text before it runs: which thread can take it (see Classification in session.ts).

import type * as Ast from '../parser/ast.ts';
import type { Catalog } from './catalog.ts';
import { isForHost } from './host.ts';
import { isLight } from './light.ts';
import { statementWrites } from './plan/bind.ts';
import type { Classification } from './session.ts';

/** Of a text that does not parse: telling so takes nothing. */
export const lightRead: Classification = {
  writes: false,
  light: true,
  controlsTransaction: false,
  beginsReadOnly: false,
  setsSession: false,
  forHost: false,
  changesUsers: false,
};

const userStatements: ReadonlySet<Ast.Statement['kind']> = new Set([
  'createUser',
  'alterUser',
  'dropUser',
  'grant',
  'revoke',
  'createToken',
  'dropToken',
]);

const controlsTransaction: ReadonlySet<Ast.Statement['kind']> = new Set([
  'begin',
  'commit',
  'rollback',
  'savepoint',
  'release',
  'rollbackTo',
]);

/** The statements of one text together. */
export function classify(statements: readonly Ast.Statement[], catalog: Catalog): Classification {
  const controls = statements.some((s) => controlsTransaction.has(s.kind));
  const writes = statements.some(statementWrites);
  return {
    writes,
    controlsTransaction: controls,
    forHost: statements.length > 0 && statements.every(isForHost),
    beginsReadOnly: statements.some((s) => s.kind === 'begin' && s.readOnly),
    setsSession: statements.some((s) => s.kind === 'sessionGraph'),
    changesUsers: statements.some((s) => userStatements.has(s.kind)),
    light: !writes && !controls && statements.every((s) => isLight(s, catalog)),
  };
}
