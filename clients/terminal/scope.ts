// Which tables, documents, nodes and edges the names of an unfinished statement stand for. The statement cannot be bound yet, and may not
// even parse, so this looks at its words only: FROM and JOIN with their aliases, arrays inside documents, and variables of patterns. What
// it does not recognise is not offered by completion.

import { RESERVED } from '../../parser/keywords.ts';
import type { KnownNames } from './known-names.ts';

export type Source =
  | { readonly kind: 'table'; readonly name: string }
  /** `path` leads into the documents: `items[]` for an alias of o.items. */
  | { readonly kind: 'collection'; readonly name: string; readonly path: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'edge' };

export interface Scope {
  /** By alias or variable, in lower case. */
  readonly sources: ReadonlyMap<string, Source>;
  /** As the text writes them. */
  readonly variables: readonly string[];
  /** Names of common tables. */
  readonly commonTables: readonly string[];
}

const NAME = '(?:[\\p{L}_][\\p{L}\\p{N}_]*|`[^`]+`)';
const NAMED = new RegExp(
  `(?:\\b(?:from|join|into|update|using|on|table|collection)|,)\\s+(${NAME})(?:\\s+(?:as\\s+)?(${NAME}))?(?![\\p{L}\\p{N}_.])`,
  'giu',
);
const ARRAY = new RegExp(`(?:\\b(?:from|join)|,)\\s*(${NAME})\\.([\\p{L}\\p{N}_.]+)\\s+(?:as\\s+)?(${NAME})`, 'giu');
const NODE = new RegExp(`\\(\\s*(${NAME})\\s*(?=[:){]|where\\b)`, 'giu');
const EDGE = new RegExp(`\\[\\s*(${NAME})\\s*(?=[:\\]{*]|where\\b)`, 'giu');
const COMMON_TABLE = new RegExp(`(?:\\bwith(?:\\s+recursive)?|\\),)\\s+(${NAME})(?:\\s*\\([^)]*\\))?\\s+as\\s*\\(`, 'giu');

const reserved: ReadonlySet<string> = new Set<string>(RESERVED);
/** Words that stand behind a table and are no alias. */
const NO_ALIAS =
  /^(?:set|unset|values|left|right|full|inner|cross|natural|join|offset|skip|match|optional|unwind|call|create|delete|using|at)$/i;

/** The scope of a whole statement: its text before and behind the cursor. */
export function scopeOf(statement: string, names: KnownNames): Scope {
  const sources = new Map<string, Source>();
  const variables = new Set<string>();
  const add = (name: string, source: Source): void => {
    if (sources.has(name.toLowerCase())) return;
    sources.set(name.toLowerCase(), source);
    variables.add(name);
  };
  for (const [, named = '', given] of statement.matchAll(NAMED)) {
    const source = namedSource(unquoted(named), names);
    if (source) add(given !== undefined && isAlias(given) ? unquoted(given) : unquoted(named), source);
  }
  for (const [, of = '', path = '', alias = ''] of statement.matchAll(ARRAY)) {
    const source = sources.get(unquoted(of).toLowerCase());
    if (source?.kind === 'collection' && isAlias(alias))
      add(unquoted(alias), { ...source, path: `${source.path === '' ? '' : `${source.path}.`}${path}[]` });
  }
  if (/\b(?:match|create|merge)\b/i.test(statement)) {
    for (const [, name = ''] of statement.matchAll(NODE)) if (isAlias(name)) add(unquoted(name), { kind: 'node' });
    for (const [, name = ''] of statement.matchAll(EDGE)) if (isAlias(name)) add(unquoted(name), { kind: 'edge' });
  }
  const commonTables = [...statement.matchAll(COMMON_TABLE)].map(([, name = '']) => unquoted(name));
  return { sources, variables: [...variables], commonTables };
}

function namedSource(name: string, names: KnownNames): Source | undefined {
  const same = (candidate: string): boolean => candidate.toLowerCase() === name.toLowerCase();
  const table = [...names.tables.keys()].find(same);
  if (table !== undefined) return { kind: 'table', name: table };
  const collection = [...names.collections.keys()].find(same);
  return collection === undefined ? undefined : { kind: 'collection', name: collection, path: '' };
}

function isAlias(word: string): boolean {
  return !reserved.has(word.toUpperCase()) && !NO_ALIAS.test(word);
}

function unquoted(name: string): string {
  return name.replace(/^`|`$/g, '');
}

/** What may stand behind `source` and the steps that follow it: `['sku', 'qty']` for `i` and no steps. */
export function fieldsOf(source: Source, steps: string, names: KnownNames): readonly string[] {
  if (source.kind === 'collection') {
    const inside = [source.path, steps.replace(/^\./, '').replace(/\[[^\]]*\]/g, '[]')].filter((part) => part !== '').join('.');
    const prefix = inside === '' ? '' : `${inside}.`.replaceAll('.[', '[');
    const paths = (names.collections.get(source.name) ?? []).filter((path) => path.startsWith(prefix));
    const next = paths.map((path) => /^(?:`[^`]*`|[^.[`])+/.exec(path.slice(prefix.length))?.[0] ?? '');
    return [...new Set(next)].filter((name) => name !== '').map(unquoted);
  }
  if (steps !== '') return [];
  if (source.kind === 'table') return names.tables.get(source.name) ?? [];
  return source.kind === 'node' ? names.nodeProperties : names.edgeProperties;
}
