// Reads and prints `.logic` files: input and expected output at once.
//
//   == NULL never equals NULL.
//   relational plan
//   SELECT 1 AS x WHERE NULL = NULL
//   ----
//   x
//
// A case starts with `== ` and a sentence. The header line names the model (relational, document, graph, across, same), then in any order
// `as USER` (signed in, with the password that `passwordOf` says), stages to show (ast, plan, rules, cut, sql, program, frames), `session NAME`, `fresh` (a new database), `mask COLUMN` (its values differ from
// run to run and are shown as _), `waits` (another session must end something first: the output is `(waits)`), `outcome` (what has become of the
// session's waiting query, which is not written again) and `params {…}` (last on the line). With `frames` the query goes over a WebSocket and the server's frames are
// the output; lines that start with `{` are client frames as they are.
// In a `same` case the query has sections `relational:`, `document:`, `graph:`; all must give the rows shown.

export interface LogicCase {
  readonly title: string;
  readonly header: string;
  readonly model: string;
  readonly stages: readonly string[];
  readonly session: string;
  /** The user that the session is signed in as; absent: whoever has the file in hand. */
  readonly user: string | undefined;
  readonly fresh: boolean;
  /** The query is started and must not end before another case does something. */
  readonly waits: boolean;
  /** No query of its own: shows how the one that waited ended. */
  readonly outcome: boolean;
  /** Columns whose values are shown as _. */
  readonly masked: readonly string[];
  readonly parameters: string | undefined;
  readonly query: string;
  readonly expected: string;
  readonly line: number;
}

const models = ['relational', 'document', 'graph', 'across', 'same'];
const stageNames = ['ast', 'plan', 'rules', 'cut', 'sql', 'program', 'frames'];

export interface LogicFile {
  /** Comment lines before the first case. */
  readonly head: string;
  readonly cases: readonly LogicCase[];
}

/** The password of every user in the cases. */
export function passwordOf(user: string): string {
  return `the password of ${user}`;
}

export function readCases(text: string, file: string): LogicFile {
  const lines = text.split('\n');
  const starts = lines.flatMap((l, i) => (l.startsWith('== ') ? [i] : []));
  const cases = starts.map((start, n) => readCase(lines.slice(start, starts[n + 1] ?? lines.length), start + 1, file));
  return {
    head: lines
      .slice(0, starts[0] ?? lines.length)
      .join('\n')
      .trimEnd(),
    cases,
  };
}

function readCase(lines: readonly string[], line: number, file: string): LogicCase {
  const [titleLine = '', header = '', ...rest] = lines;
  const divider = rest.indexOf('----');
  if (divider < 0) throw new Error(`${file}:${line}: the case has no ---- line`);
  const paramsAt = header.indexOf('params ');
  const words = (paramsAt < 0 ? header : header.slice(0, paramsAt)).trim().split(/\s+/);
  const [model = ''] = words;
  if (!models.includes(model)) throw new Error(`${file}:${line + 1}: "${model}" is not one of ${models.join(', ')}`);
  let session = 'main';
  let user: string | undefined;
  const stages: string[] = [];
  const masked: string[] = [];
  let fresh = false;
  let waits = false;
  let outcome = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === 'session') session = words[++i] ?? '';
    else if (word === 'as') user = words[++i];
    else if (word === 'mask') masked.push(words[++i] ?? '');
    else if (word === 'fresh') fresh = true;
    else if (word === 'waits') waits = true;
    else if (word === 'outcome') outcome = true;
    else if (stageNames.includes(word)) stages.push(word);
    else throw new Error(`${file}:${line + 1}: "${word}" is not a word of the header`);
  }
  return {
    title: titleLine.slice(3),
    header,
    model,
    stages,
    session: user === undefined ? session : `${session} as ${user}`,
    user,
    fresh,
    waits,
    outcome,
    masked,
    parameters: paramsAt < 0 ? undefined : header.slice(paramsAt + 'params '.length),
    query: rest.slice(0, divider).join('\n').trim(),
    expected: rest
      .slice(divider + 1)
      .join('\n')
      .trim(),
    line,
  };
}

export function printCases(file: LogicFile, outputs: readonly string[]): string {
  const parts = file.cases.map((c, i) =>
    `== ${c.title}\n${c.header}\n${c.query === '' ? '' : `${c.query}\n`}----\n${outputs[i] ?? ''}`.trimEnd(),
  );
  return `${[...(file.head === '' ? [] : [file.head]), ...parts].join('\n\n')}\n`;
}

/** The sections of a `same` case. */
export function sections(query: string): { model: string; query: string }[] {
  const parts: { model: string; query: string }[] = [];
  for (const line of query.split('\n')) {
    const start = /^(relational|document|graph):\s*(.*)$/.exec(line);
    const last = parts[parts.length - 1];
    if (start) parts.push({ model: start[1] ?? '', query: start[2] ?? '' });
    else if (last) last.query += `\n${line}`;
    else throw new Error('a same case starts with relational:, document: or graph:');
  }
  return parts.map((p) => ({ model: p.model, query: p.query.trim() }));
}
