// Syntax trees as translations take them apart: conjuncts, references to what FROM or a pattern names, and what cannot be translated.

import type * as Ast from '../../parser/ast.ts';
import { printExpression, printName } from '../../parser/print.ts';
import { lookupFunction } from '../plan/functions.ts';

/** Thrown by a translation with the reason why there is none; a reason is a part of a sentence. */
export class Untranslatable extends Error {}

/** A copy in which `replace` has put something else for some expressions; what it leaves alone is gone through. */
export function mapSyntax<T>(node: T, replace: (e: Ast.Expression) => Ast.Expression | undefined): T {
  if (Array.isArray(node)) return node.map((item) => mapSyntax(item, replace)) as T;
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node;
  if ('kind' in node) {
    const put = replace(node as unknown as Ast.Expression);
    if (put) return put as T;
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'span' ? value : mapSyntax(value, replace)])) as T;
}

const random: ReadonlySet<string> = new Set(['rand', 'uuid', 'clock_timestamp']);

/** A call in it that gives another value each time, as it is written; times hold for a whole statement. */
export function randomCall(tree: unknown): string | undefined {
  let found: string | undefined;
  mapSyntax(tree, (e) => {
    if (e.kind === 'call' && random.has(lookupFunction(e.name.text)?.name ?? '')) found ??= e.name.text;
    return undefined;
  });
  return found;
}

const nested: ReadonlySet<string> = new Set(['exists', 'subquery', 'inQuery', 'patternTest', 'patternComprehension', 'anyOf']);

export type NestedQuery = Ast.Exists | Ast.Subquery | Ast.InQuery | Ast.PatternTest | Ast.PatternComprehension | Ast.AnyOf;

/** What becomes of references to the rows that aliases stand for. */
export interface References {
  /** The alias by its canonical spelling; undefined for any other name. */
  readonly alias: (name: string) => string | undefined;
  readonly field: (alias: string, field: Ast.Name) => Ast.Expression;
  readonly key: (alias: string) => Ast.Expression;
  /** An alias as a whole where only its value will do. */
  readonly whole: (alias: string, e: Ast.Identifier) => Ast.Expression;
  /** A name that is no alias. */
  readonly other?: (e: Ast.Identifier) => Ast.Expression;
  /** Calls that mean something in this model. */
  readonly call?: (e: Ast.FunctionCall) => Ast.Expression | undefined;
  /** What stands for a query inside. Throws Untranslatable. */
  readonly query: (e: NestedQuery) => Ast.Expression;
}

/** `tree` with its references replaced. Throws Untranslatable. */
export function replaceReferences<T>(tree: T, refs: References): T {
  const aliasOf = (e: Ast.Expression): string | undefined => (e.kind === 'identifier' ? refs.alias(e.name) : undefined);
  return mapSyntax(tree, (e) => {
    if (nested.has(e.kind) && !(e.kind === 'anyOf' && 'list' in e.of)) return refs.query(e as NestedQuery);
    switch (e.kind) {
      case 'field': {
        const alias = aliasOf(e.value);
        return alias === undefined ? undefined : refs.field(alias, e.name);
      }
      case 'identifier': {
        const alias = refs.alias(e.name);
        return alias === undefined ? refs.other?.(e) : refs.whole(alias, e);
      }
      case 'binary': {
        const [a, b] = [aliasOf(e.left), aliasOf(e.right)];
        if (a === undefined || b === undefined || (e.operator !== '=' && e.operator !== '<>')) return undefined;
        return { ...e, left: refs.key(a), right: refs.key(b) };
      }
      case 'call': {
        const known = refs.call?.(e);
        if (known) return known;
        const [only, more] = e.arguments;
        const alias = only && !more ? aliasOf(only) : undefined;
        if (alias === undefined) return undefined;
        const name = e.name.text.toLowerCase();
        if (name === 'id' || name === 'elementid') return refs.key(alias);
        return name === 'count' ? { ...e, arguments: [refs.key(alias)] } : undefined;
      }
      case 'labelTest':
        throw new Untranslatable('it tests labels');
      case 'mapProjection':
        throw new Untranslatable('it projects a whole element');
      default:
        return undefined;
    }
  });
}

export function conjuncts(e: Ast.Expression | undefined): Ast.Expression[] {
  if (!e) return [];
  return e.kind === 'binary' && e.operator === 'AND' ? [...conjuncts(e.left), ...conjuncts(e.right)] : [e];
}

/** The parts of a condition that hold together, as text; a part that is weaker than AND gets parentheses. */
export function andText(conditions: readonly (Ast.Expression | string)[]): string {
  return conditions
    .map((c) =>
      typeof c === 'string' ? c : c.kind === 'binary' && /^X?OR$/.test(c.operator) ? `(${printExpression(c)})` : printExpression(c),
    )
    .join(' AND ');
}

const span = { start: 0, end: 0 };

export function nameOf(text: string): Ast.Name {
  return { text, span };
}

export function identifier(name: string): Ast.Expression {
  return { kind: 'identifier', name, span };
}

/** `alias.field` */
export function fieldOf(alias: string, field: string): Ast.Expression {
  return { kind: 'field', value: identifier(alias), name: nameOf(field), span };
}

export function equal(left: Ast.Expression, right: Ast.Expression): Ast.Expression {
  return { kind: 'binary', operator: '=', left, right, span };
}

export const quoted = printName;

/** `alias.field` as text. */
export function fieldText(alias: string, field: string): string {
  return `${quoted(alias)}.${quoted(field)}`;
}

/** Which fields of which aliases a tree reads, of trees whose references are all `alias.field`. */
export function fieldsRead(tree: unknown, note: (alias: string, field: string) => void): void {
  mapSyntax(tree, (e) => {
    if (e.kind === 'field' && e.value.kind === 'identifier') note(e.value.name, e.name.text);
    return undefined;
  });
}

/** The aliases that a condition reads. */
export function aliasesRead(tree: unknown): Set<string> {
  const found = new Set<string>();
  fieldsRead(tree, (alias) => found.add(alias));
  return found;
}

/** Gives out names that differ from all before, also by more than case. */
export class Names {
  private readonly taken = new Set<string>();

  reserve(name: string): void {
    this.taken.add(name.toLowerCase());
  }

  /** Names that are there already. */
  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.reserve(name);
  }

  take(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}
