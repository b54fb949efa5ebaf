// What Tab offers in the shell. The grammar says which keywords and which kind of name can stand at the cursor (parser/follow.ts), the
// statement around the cursor which tables and patterns are in scope (scope.ts), and the database what exists (known-names.ts).

import type { Follow, NameKind } from '../../parser/follow.ts';
import { openPart, splitStatements } from '../../parser/split.ts';
import type { KnownNames } from './known-names.ts';
import { outputModes } from './output/mode.ts';
import { fieldsOf, type Scope, scopeOf } from './scope.ts';
import { nameText } from './value-text.ts';

/**
 * What could stand at the cursor, and the piece of the line that it would replace. `before` is everything typed of the statement up to the
 * cursor, `after` the rest of the line.
 */
export async function complete(before: string, after: string, names: KnownNames): Promise<[candidates: string[], replaced: string]> {
  if (before.trimStart().startsWith('.')) return completeCommand(before.trimStart(), names);
  if (openPart(before) !== undefined) return [[], ''];
  const statement = lastStatement(before);
  const word = /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(statement)?.[0] ?? '';
  const field = word.slice(word.lastIndexOf('.') + 1);
  const isDotted = word !== field;
  // Loading the grammar takes a moment, so the shell does it when it is first needed.
  const { followOf } = await import('../../parser/follow.ts');
  // The name of a procedure has points of its own.
  const procedures = isDotted ? followOf(statement.slice(0, statement.length - word.length), word) : undefined;
  if (procedures?.name === 'procedure') return [names.procedures.filter((name) => startsSo(name, word)), word];
  const text = statement.slice(0, statement.length - field.length);
  const follow = followOf(text, field);
  const scope = scopeOf(statement + after, names);
  return [candidatesOf(follow, text, field, scope, names), field];
}

function lastStatement(text: string): string {
  const last = splitStatements(text).at(-1);
  return last === undefined || last.terminated ? '' : text.slice(last.start);
}

function candidatesOf(follow: Follow, text: string, word: string, scope: Scope, names: KnownNames): string[] {
  const isLower = word !== '' && word === word.toLowerCase();
  const keywords = follow.keywords.map((keyword) => (isLower ? keyword.toLowerCase() : keyword));
  const found = follow.name === undefined ? [] : namesFor(follow.name, text, scope, names);
  const functions = follow.name === 'expression' ? names.functions.filter((name) => startsSo(name, word)).map((name) => `${name}(`) : [];
  return [...new Set([...matching(found, word), ...keywords, ...functions])];
}

function namesFor(kind: NameKind, text: string, scope: Scope, names: KnownNames): readonly string[] {
  const relations = [...names.tables.keys(), ...names.collections.keys()];
  switch (kind) {
    case 'source':
      return [
        ...scope.commonTables,
        ...relations,
        ...scope.variables.filter((v) => scope.sources.get(v.toLowerCase())?.kind === 'collection'),
      ];
    case 'expression':
      return [...scope.variables, ...unqualified(scope, names)];
    case 'field':
      return fieldsBehind(text, scope, names);
    case 'column':
      return unqualified(scope, names);
    case 'graph':
      return names.graphs;
    case 'label':
      return names.labels;
    case 'edgeType':
      return names.edgeTypes;
    case 'nodeProperty':
      return names.nodeProperties;
    case 'edgeProperty':
      return names.edgeProperties;
    case 'procedure':
      return names.procedures;
    case 'index':
      return names.indexes;
    case 'new':
      return [];
  }
}

/** Columns and fields that may stand without their table: those of all tables and collections in scope. */
function unqualified(scope: Scope, names: KnownNames): string[] {
  return [...scope.sources.values()].flatMap((source) =>
    source.kind === 'table' || source.kind === 'collection' ? fieldsOf(source, '', names) : [],
  );
}

/** The fields behind `o.items[0].` at the end of the text. */
function fieldsBehind(text: string, scope: Scope, names: KnownNames): readonly string[] {
  const [, root = '', steps = ''] = /([\p{L}_][\p{L}\p{N}_]*)((?:\.[\p{L}_][\p{L}\p{N}_]*|\[[^\][]*\])*)\.$/u.exec(text) ?? [];
  const source = scope.sources.get(root.toLowerCase());
  return source === undefined ? [] : fieldsOf(source, steps, names);
}

async function completeCommand(line: string, names: KnownNames): Promise<[string[], string]> {
  const [, command, rest] = /^(\.\w*)\s+([^]*)$/.exec(line) ?? [];
  if (command === undefined || rest === undefined) {
    const { commandNames } = await import('./shell-commands.ts');
    return [commandNames.filter((name) => name.startsWith(line)), line];
  }
  const word = /\S*$/.exec(rest)?.[0] ?? '';
  const isFirst = word === rest;
  const starting = (words: readonly string[]): [string[], string] => [words.filter((known) => known.startsWith(word)), word];
  switch (command) {
    case '.mode':
      return starting(outputModes);
    case '.timer':
    case '.timing':
    case '.confirm':
      return starting(['on', 'off']);
    case '.pager':
      return starting(['on', 'off', 'builtin', 'less']);
    case '.param':
      return isFirst ? starting(['set', 'list', 'clear']) : [[], word];
    case '.help': {
      const { commandNames } = await import('./shell-commands.ts');
      return starting([...commandNames, 'keys']);
    }
    case '.schema':
      if (word.startsWith(':')) return [matching([...names.labels, ...names.edgeTypes], word.slice(1)), word.slice(1)];
      return [matching([...names.tables.keys(), ...names.collections.keys()], word), word];
    case '.open':
    case '.read':
    case '.once':
    case '.output':
      return completeFile(word);
    case '.import':
      return completeFile(word);
    case '.export':
      return isFirst ? completeFile(word) : [matching([...names.tables.keys(), ...names.collections.keys()], word), word];
    default:
      return [[], word];
  }
}

/** Files and folders that begin as the word does; folders end in `/`. */
async function completeFile(word: string): Promise<[string[], string]> {
  const { readdirSync } = await import('node:fs');
  const { homedir } = await import('node:os');
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const start = word.slice(folder.length);
  try {
    const entries = readdirSync(folder === '' ? '.' : folder.replace(/^~(?=\/)/, homedir()), { withFileTypes: true });
    const found = entries
      .filter(({ name }) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
      .map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .sort();
    return [found, start];
  } catch {
    return [[], start];
  }
}

/** Names that begin with the word, or hold it if none does. */
function matching(names: readonly string[], prefix: string): string[] {
  const all = [...new Set(names)];
  const starting = all.filter((name) => startsSo(name, prefix));
  const found =
    starting.length > 0 || prefix.length < 2 ? starting : all.filter((name) => name.toLowerCase().includes(prefix.toLowerCase()));
  return found.map((name) => nameText(name));
}

function startsSo(name: string, prefix: string): boolean {
  return name.toLowerCase().startsWith(prefix.toLowerCase());
}
