// What a server must know of a text before it runs: which thread can take it (see Classification in session.ts).

import type * as Ast from '../parser/ast.ts';
import { QueryError } from '../parser/error.ts';
import type { Catalog } from './catalog.ts';
import { isAboutLog, isForHost } from './host.ts';
import { isLight } from './light.ts';
import { type ParsedStatement, parseText } from './parse-text.ts';
import { changeOf, statementWrites } from './plan/bind.ts';
import type { Classification } from './session.ts';

/** Of a text that does not parse: telling so takes nothing. */
const lightRead: Classification = {
  writes: false,
  light: true,
  controlsTransaction: false,
  beginsReadOnly: false,
  endsTransaction: false,
  rollsBack: false,
  setsSession: false,
  forHost: false,
  changesUsers: false,
  readsLog: false,
};

const controlsTransaction: ReadonlySet<Ast.Statement['kind']> = new Set([
  'begin',
  'commit',
  'rollback',
  'savepoint',
  'release',
  'rollbackTo',
]);

/** By parsed text, which is cached by text. */
const classified = new WeakMap<readonly ParsedStatement[], { readonly version: number; readonly classification: Classification }>();

/** Never throws for bad input: an error is found again when the text is run. */
export function classifyText(text: string, catalog: Catalog): Classification {
  let statements: readonly ParsedStatement[];
  try {
    statements = parseText(text, false);
  } catch (error) {
    if (error instanceof QueryError) return lightRead;
    throw error;
  }
  const { version } = catalog;
  const known = classified.get(statements);
  if (known?.version === version) return known.classification;
  const classification = classify(
    statements.map((s) => s.statement),
    catalog,
  );
  classified.set(statements, { version, classification });
  return classification;
}

/** The statements of one text together. */
function classify(statements: readonly Ast.Statement[], catalog: Catalog): Classification {
  const controls = statements.some((s) => controlsTransaction.has(s.kind));
  const writes = statements.some(statementWrites);
  return {
    writes,
    controlsTransaction: controls,
    forHost: statements.length > 0 && statements.every(isForHost),
    beginsReadOnly: statements.some((s) => s.kind === 'begin' && s.readOnly),
    endsTransaction: statements.some((s) => s.kind === 'begin' || s.kind === 'commit' || s.kind === 'rollback'),
    rollsBack: statements.length === 1 && statements[0]?.kind === 'rollback',
    setsSession: statements.some((s) => s.kind === 'sessionGraph'),
    changesUsers: statements.some((s) => changeOf(s) === 'users'),
    readsLog: statements.some(isAboutLog),
    light: !writes && !controls && statements.every((s) => isLight(s, catalog)),
  };
}
