// Splits a text into statements without parsing it, so that a broken or unfinished text splits too. The terminal uses it
// to know whether what was typed is complete.
//
//   splitStatements("SELECT ';'; SELECT")  →  [SELECT ';' (terminated), SELECT (not terminated)]

export interface StatementText {
  /** Without the semicolon and without space around it; comments stay. */
  readonly text: string;
  /** Offsets of `text` in the whole. */
  readonly start: number;
  readonly end: number;
  /** A semicolon ends it. */
  readonly terminated: boolean;
}

// What a semicolon or a brace may hide in, as in tokens.ts, and those themselves. An unclosed quote or comment runs to the end.
const PARTS =
  /'(?:[^'\\]|''|\\[^])*(?:'|$)|"(?:[^"\\]|""|\\[^])*(?:"|$)|`(?:[^`]|``)*(?:`|$)|(?:<-->|-->|<--)(?=\s*\(|[{*+?])|(?<=\))--(?=[({*+?])|(?:--|\/\/)[^\n\r]*|\/\*[^]*?(?:\*\/|$)|[{};]/g;

/** The statements of a text. Semicolons inside braces, as in COMPARE { …; … }, do not end one; empty statements are left out. */
export function splitStatements(text: string): StatementText[] {
  const statements: StatementText[] = [];
  let start = 0;
  let depth = 0;
  for (const match of text.matchAll(PARTS)) {
    const part = match[0];
    if (part === '{') depth++;
    else if (part === '}') depth = Math.max(0, depth - 1);
    else if (part === ';' && depth === 0) {
      add(statements, text, start, match.index, true);
      start = match.index + 1;
    }
  }
  add(statements, text, start, text.length, false);
  return statements;
}

function add(statements: StatementText[], text: string, start: number, end: number, terminated: boolean): void {
  const slice = text.slice(start, end);
  const trimmed = slice.trim();
  if (trimmed === '' || isComment(trimmed)) return;
  const from = start + slice.indexOf(trimmed);
  statements.push({ text: trimmed, start: from, end: from + trimmed.length, terminated });
}

/** True if there is nothing but closed comments and space. */
function isComment(text: string): boolean {
  return text.replace(/\/\*[^]*?\*\/|(?:--|\/\/)[^\n\r]*/g, '').trim() === '';
}

const OPENINGS = ["'", '"', '`', '/*'] as const;
const CLOSED = /^(?:'(?:[^'\\]|''|\\[^])*'|"(?:[^"\\]|""|\\[^])*"|`(?:[^`]|``)*`|\/\*[^]*?\*\/)$/;

/** What the end of the text stands in: an unclosed quote or comment. Undefined outside of any. */
export function openPart(text: string): "'" | '"' | '`' | '/*' | undefined {
  const last = [...text.matchAll(PARTS)].at(-1);
  if (last === undefined || last.index + last[0].length < text.length || CLOSED.test(last[0])) return undefined;
  return OPENINGS.find((opening) => last[0].startsWith(opening));
}

/** For each line of the text, what its beginning stands in: the unclosed quote or comment of a line before. */
export function openAtLines(text: string): ReturnType<typeof openPart>[] {
  const open: ReturnType<typeof openPart>[] = [undefined];
  let at = 0;
  const addLines = (end: number, inside: ReturnType<typeof openPart>): void => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < end; next = text.indexOf('\n', at)) {
      open.push(inside);
      at = next + 1;
    }
  };
  for (const match of text.matchAll(PARTS)) {
    if (!match[0].includes('\n')) continue;
    addLines(match.index, undefined);
    addLines(
      match.index + match[0].length,
      OPENINGS.find((opening) => match[0].startsWith(opening)),
    );
  }
  addLines(text.length, undefined);
  return open;
}
