// Reads the text of a CREATE TABLE as SQLite keeps it, into parts that ALTER TABLE can change, and writes it again. It knows only as
// much of SQLite's grammar as that takes; what stands in parentheses stays one piece.
//
//   CREATE TABLE "t" ("a" INTEGER NOT NULL, CHECK (a > 0)) STRICT   →   columns [{name a, type INTEGER, constraints [NOT NULL]}], …

interface Word {
  readonly text: string;
  /** Upper case for a bare word; the text itself for anything else. */
  readonly key: string;
}

/** A constraint of a column: `DEFAULT (1)` has the kind DEFAULT. */
export interface ColumnPart {
  readonly kind: string;
  readonly name?: string;
  readonly text: string;
}

export interface ColumnText {
  readonly name: string;
  /** As written, quotes and all. */
  readonly quoted: string;
  readonly type: string;
  readonly constraints: readonly ColumnPart[];
}

/** A constraint of the table. */
export interface ConstraintText {
  readonly kind: string;
  readonly name?: string;
  readonly text: string;
}

export interface TableText {
  readonly columns: readonly ColumnText[];
  readonly constraints: readonly ConstraintText[];
  /** `STRICT`, `WITHOUT ROWID` or nothing. */
  readonly options: string;
}

/** Undefined for a text that is no CREATE TABLE with a list of columns, such as that of a virtual table. */
export function readTableText(sql: string): TableText | undefined {
  const words = wordsOf(sql);
  const list = words.findIndex((word) => word.text.startsWith('('));
  if (words[0]?.key !== 'CREATE' || list < 0 || words.some((word) => word.key === 'VIRTUAL')) return undefined;
  const columns: ColumnText[] = [];
  const constraints: ConstraintText[] = [];
  for (const item of itemsOf((words[list] as Word).text)) {
    const first = item[0];
    if (!first) return undefined;
    if (/^(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)$/.test(first.key)) constraints.push(readConstraint(item));
    else columns.push(readColumn(item));
  }
  const options = words
    .slice(list + 1)
    .map((word) => word.text)
    .join(' ')
    .replaceAll(' , ', ', ');
  return { columns, constraints, options };
}

/** The list in parentheses and the options behind it. */
export function writeTableText({ columns, constraints, options }: TableText): string {
  const parts = [...columns.map(writeColumn), ...constraints.map((constraint) => constraint.text)];
  return `(${parts.join(', ')})${options === '' ? '' : ` ${options}`}`;
}

/** A column as it stands in the list. */
function writeColumn({ quoted, type, constraints }: ColumnText): string {
  return [quoted, ...(type === '' ? [] : [type]), ...constraints.map((constraint) => constraint.text)].join(' ');
}

/** The expression of `GENERATED ALWAYS AS (…)`, in its parentheses; undefined for another constraint. */
export function generatedSql({ text }: ColumnPart): string | undefined {
  return /^(?:CONSTRAINT .+? )?(?:GENERATED ALWAYS )?AS (\([^]*\))(?: (?:STORED|VIRTUAL))?$/i.exec(text)?.[1];
}

/** The names that stand in an expression, in lower case, and its bare words with them. */
export function namesIn(sql: string): ReadonlySet<string> {
  const names = [...sql.matchAll(TOKEN)].map(([text]) => text).filter((text) => /^[\p{L}_"`[]/u.test(text));
  return new Set(names.map((text) => plainName(text).toLowerCase()));
}

const TOKEN = /\s+|--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$.]+|[^]/gu;

function wordsOf(sql: string): Word[] {
  const words: Word[] = [];
  let depth = 0;
  let group = '';
  for (const [text] of sql.matchAll(TOKEN)) {
    if (text === '(') depth++;
    if (depth > 0) group += text;
    if (text === ')' && --depth === 0) {
      words.push({ text: group, key: group });
      group = '';
    } else if (depth === 0 && text !== ')' && !/^(\s|--|\/\*)/.test(text)) {
      words.push({ text, key: /^[\p{L}_]/u.test(text) ? text.toUpperCase() : text });
    }
  }
  return words;
}

/** Every word, quoted name, text and sign, without blanks and comments. */
export function wordsIn(text: string): string[] {
  return [...text.matchAll(TOKEN)].map(([word]) => word).filter((word) => !/^(\s|--|\/\*)/.test(word));
}

function itemsOf(group: string): Word[][] {
  const items: Word[][] = [[]];
  for (const word of wordsOf(group.slice(1, -1))) {
    if (word.text === ',') items.push([]);
    else items.at(-1)?.push(word);
  }
  return items;
}

const STARTS = /^(CONSTRAINT|PRIMARY|NOT|NULL|UNIQUE|CHECK|DEFAULT|COLLATE|REFERENCES|GENERATED|AS)$/;

function readColumn(words: readonly Word[]): ColumnText {
  const [name, ...rest] = words as [Word, ...Word[]];
  const typeEnd = rest.findIndex((word) => STARTS.test(word.key));
  const type = typeEnd < 0 ? rest : rest.slice(0, typeEnd);
  const constraints: ColumnPart[] = [];
  for (let at = type.length; at < rest.length; ) {
    const end = endOfPart(rest, at);
    const part = readConstraint(rest.slice(at, end));
    constraints.push(part);
    at = end;
  }
  return { name: plainName(name.text), quoted: name.text, type: textOf(type), constraints };
}

/** Where the constraint of a column that begins at `start` is over. */
function endOfPart(words: readonly Word[], start: number): number {
  const key = (at: number): string => words[at]?.key ?? '';
  let at = key(start) === 'CONSTRAINT' ? start + 2 : start;
  const kind = key(at);
  at++;
  if (kind === 'NOT' || kind === 'PRIMARY') at++;
  if (kind === 'DEFAULT') at += /^[+-]$/.test(key(at)) ? 2 : 1;
  if (kind === 'COLLATE') at++;
  if (kind === 'GENERATED') while (at < words.length && key(at) !== 'AS') at++;
  if (kind === 'GENERATED') at++;
  // What follows belongs to it until the next constraint begins: ON DELETE SET NULL, NOT DEFERRABLE, ON CONFLICT …, STORED.
  while (at < words.length && !(STARTS.test(key(at)) && !continues(kind, words, at))) at++;
  return at;
}

function continues(kind: string, words: readonly Word[], at: number): boolean {
  if (kind !== 'REFERENCES') return false;
  const [before, here, next] = [words[at - 1]?.key, words[at]?.key, words[at + 1]?.key];
  return before === 'SET' || (here === 'NOT' && next === 'DEFERRABLE');
}

function readConstraint(words: readonly Word[]): ColumnPart {
  const named = words[0]?.key === 'CONSTRAINT' ? words[1] : undefined;
  const kind = words[named ? 2 : 0]?.key ?? '';
  return { kind, ...(named && { name: plainName(named.text) }), text: textOf(words) };
}

function textOf(words: readonly Word[]): string {
  return words.map((word) => word.text).join(' ');
}

/** A name without its quotes. */
export function plainName(quoted: string): string {
  const open = quoted[0] ?? '';
  if (open === '[') return quoted.slice(1, -1);
  return open === '"' || open === '`' || open === "'" ? quoted.slice(1, -1).replaceAll(open + open, open) : quoted;
}
