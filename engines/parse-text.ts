// Texts to statements, each with its own piece of text (the plan cache's key). Parsed texts are cached too.

import type { Statement } from '../parser/ast.ts';
import { parse } from '../parser/parse.ts';
import { holdsSecret } from '../parser/mask-secrets.ts';
import { printStatement } from '../parser/print.ts';
import { recentlyUsed } from './recently-used.ts';

export interface ParsedStatement {
  readonly statement: Statement;
  /** Its piece of the text and where that starts, since the spans in a plan are places in the whole text. */
  readonly text: string;
}

/** Trees are about fifty times as large as their text. */
const cached = recentlyUsed<readonly ParsedStatement[]>(500, 1_000_000);
/** Longer texts are bulk, of which none comes twice. */
export const cachedTextCharsMax = 20_000;

/** `reprint`: print and parse again first, which must make no difference. */
export function parseText(text: string, reprint: boolean): readonly ParsedStatement[] {
  if (reprint) {
    const printed = parse(text).statements.map(printStatement);
    return printed.flatMap((p) => parse(p).statements.map((statement) => ({ statement, text: p })));
  }
  const known = cached.get(text);
  if (known) return known;
  const statements = parse(text).statements.map((statement) => ({
    statement,
    text: `${statement.span.start}:${text.slice(statement.span.start, statement.span.end)}`,
  }));
  // A password must not stay in memory longer than it has to.
  if (text.length <= cachedTextCharsMax && !holdsSecret(text)) cached.set(text, statements);
  return statements;
}
