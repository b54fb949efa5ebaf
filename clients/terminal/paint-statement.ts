// The colours of a statement: the same while it is typed, below an error, and where a command shows one.

import { highlight, type MarkKind } from '../../parser/highlight.ts';
import type { Span } from './editor/layout.ts';
import type { Paint } from './paint.ts';

/** A longer text, as a pasted script, is not coloured while it is edited: each key would have to wait for it. */
const colouredCharactersMax = 20_000;

/** What paints the pieces of a text. A command of the shell has its name painted as a keyword. */
export function statementSpans(paint: Paint): (text: string) => readonly Span[] {
  const paints = paintsOf(paint);
  let known: { readonly text: string; readonly spans: readonly Span[] } = { text: '', spans: [] };
  return (text) => {
    if (text !== known.text) known = { text, spans: spansOf(text, paints) };
    return known.spans;
  };
}

/** A text with its colours, for one that is shown and not typed. */
export function paintStatement(text: string, paint: Paint): string {
  let painted = '';
  let at = 0;
  for (const { start, end, paint: colour } of statementSpans(paint)(text)) {
    painted += text.slice(at, start) + colour(text.slice(start, end));
    at = end;
  }
  return painted + text.slice(at);
}

type Paints = Readonly<Record<MarkKind, (text: string) => string>>;

function paintsOf(paint: Paint): Paints {
  return {
    keyword: paint.keyword,
    string: paint.green,
    number: paint.magenta,
    comment: paint.dim,
    parameter: paint.yellow,
    function: paint.cyan,
    label: paint.yellow,
    wrong: paint.red,
  };
}

function spansOf(text: string, paints: Paints): Span[] {
  if (text.length > colouredCharactersMax) return [];
  const command = /^\s*\.\w+/.exec(text)?.[0];
  if (command !== undefined) return [{ start: 0, end: command.length, paint: paints.keyword }];
  return highlight(text).map(({ kind, start, end }) => ({ start, end, paint: paints[kind] }));
}
