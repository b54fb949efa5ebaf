// A graph pattern as joins over node and edge tables, and as documents that hold their outgoing edges as arrays. A node needs a row of
// its own only where its label or a property is asked; else the ends of its edges stand for it. Edges of one MATCH are distinct, so
// conditions say that. A walk of any length becomes a recursive common table.
//
//   MATCH (p:Person)-[:KNOWS]->(q:Person {id: 3}) RETURN p.name
//     SELECT p.name FROM Person AS p JOIN KNOWS AS e ON e.source = p.node JOIN Person AS q ON q.node = e.target WHERE q.id = 3
//     SELECT p.name FROM Person AS p, p.KNOWS AS e JOIN Person AS q ON q.node = e.target WHERE q.id = 3

import type * as Ast from '../../parser/ast.ts';
import { printExpression } from '../../parser/print.ts';
import type { Catalog } from '../catalog.ts';
import { storedNames } from './catalog-names.ts';
import { GraphSets, type HowStored } from './graph-sets.ts';
import { keyField, lengthField, type PatternEdge, type PatternNode, type PatternQuery, typeField } from './read-pattern.ts';
import type { Translation } from './storage.ts';
import { aliasesRead, andText, fieldText, mapSyntax, Names, quoted, Untranslatable } from './syntax.ts';
import { ignoresRepeats, selectText } from './tail.ts';

/** Throws Untranslatable. */
export function graphTo(how: HowStored, query: PatternQuery, catalog: Catalog): Translation {
  return new PatternWriter(how, query, catalog).write();
}

class PatternWriter {
  private readonly how: HowStored;
  private readonly query: PatternQuery;
  private readonly sets: GraphSets;
  private readonly names = new Names();
  private readonly common: string[] = [];
  /** Edges in both directions, by types and fields. */
  private readonly both = new Map<string, string>();
  private recursive = false;
  private from = '';
  private readonly where: string[] = [];
  /** What stands for a node: a column that holds its key. */
  private readonly keys = new Map<PatternNode, string>();
  private readonly placed = new Set<PatternNode>();
  private readonly walks = new Map<PatternEdge, { readonly alias: string; readonly trail: boolean }>();
  private readonly done: PatternEdge[] = [];

  constructor(how: HowStored, query: PatternQuery, catalog: Catalog) {
    this.how = how;
    this.query = query;
    for (const { alias } of [...query.nodes, ...query.edges]) {
      if (this.names.take(alias) !== alias) throw new Untranslatable(`it has names that differ from ${alias} only by case`);
    }
    this.sets = new GraphSets(how, query, catalog);
    for (const name of [...storedNames(catalog), ...this.sets.setNames()]) this.names.reserve(name);
  }

  write(): Translation {
    for (const { nodes, edges } of this.query.paths) {
      nodes.forEach((node, i) => {
        this.placeNode(node);
        const edge = edges[i];
        if (edge) this.placeEdge(edge);
      });
    }
    const conditions = [...this.where, ...this.query.conditions.map((c) => this.named(c))];
    const body = selectText(this.named(this.query.tail), this.from, conditions);
    const common = this.common.length > 0 ? `WITH ${this.recursive ? 'RECURSIVE ' : ''}${this.common.join(', ')} ` : '';
    return { stored: this.sets.stored(), query: common + body };
  }

  /** Columns for keys, types and lengths. */
  private named<T>(tree: T): T {
    return mapSyntax(tree, (e) => {
      if (e.kind !== 'field' || e.value.kind !== 'identifier') return undefined;
      const alias = e.value.name;
      if (e.name.text === lengthField) return this.lengthOf(alias);
      const column = this.columnOf(alias, e.name.text);
      return column === undefined ? undefined : columnExpression(column);
    });
  }

  private columnOf(alias: string, field: string): string | undefined {
    const edge = this.query.edges.find((x) => x.alias === alias);
    if (field === typeField && edge) return edge.types.length === 1 ? `'${edge.types[0]}'` : fieldText(alias, this.sets.edgeColumns.type);
    if (field !== keyField) return undefined;
    if (edge) return fieldText(alias, this.sets.edgeColumns.key);
    const node = this.query.nodes.find((n) => n.alias === alias);
    return node && this.keys.get(node);
  }

  private lengthOf(path: string): Ast.Expression {
    const edges = this.query.lengths.get(path) ?? [];
    const span = { start: 0, end: 0 };
    const parts: Ast.Expression[] = edges.flatMap((e) => {
      const walk = this.walks.get(e);
      return walk ? [columnExpression(`${quoted(walk.alias)}.steps`)] : [];
    });
    const single = edges.length - parts.length;
    if (single > 0 || parts.length === 0) parts.push({ kind: 'literal', value: BigInt(single), span });
    return parts.reduce((left, right) => ({ kind: 'binary', operator: '+', left, right, span }));
  }

  // ---------------------------------------------------------------------------------------------- FROM

  private add(item: string, on: readonly string[], comma = false): void {
    if (this.from === '' || comma || on.length === 0) {
      this.from += `${this.from === '' ? '' : ', '}${item}`;
      this.where.push(...on);
    } else this.from += ` JOIN ${item} ON ${andText(on)}`;
  }

  private placeNode(node: PatternNode): void {
    const set = this.sets.nodeSet(node);
    if (!set || !this.sets.needsRow(node) || this.placed.has(node)) return;
    this.placed.add(node);
    const known = this.keys.get(node);
    const key = fieldText(node.alias, this.sets.nodeKey);
    this.keys.set(node, known ?? key);
    this.add(`${quoted(set)} AS ${quoted(node.alias)}`, known === undefined ? [] : [`${key} = ${known}`]);
    for (const other of this.sets.furtherSets(node)) {
      const x = this.names.take('x');
      this.where.push(`${key} IN (SELECT ${fieldText(x, this.sets.nodeKey)} FROM ${quoted(other)} AS ${quoted(x)})`);
    }
  }

  private placeEdge(edge: PatternEdge): void {
    const { key, source, target } = this.sets.edgeColumns;
    const alias = quoted(edge.alias);
    if (edge.quantifier) this.placeWalk(edge, edge.quantifier);
    else if (this.how === 'document' && !edge.undirected) {
      this.placeNode(edge.from);
      this.add(
        `${fieldText(edge.from.alias, this.sets.arrayOf(edge))} AS ${alias}`,
        this.ends(edge, undefined, `${alias}.${target}`),
        true,
      );
      this.typeTest(edge);
    } else {
      const item = edge.undirected ? this.bothWays(edge) : this.sets.edgeSet(edge);
      this.add(`${quoted(item)} AS ${alias}`, this.ends(edge, `${alias}.${source}`, `${alias}.${target}`));
      this.typeTest(edge);
    }
    for (const other of this.done) if (other.clause === edge.clause && overlap(edge, other)) this.where.push(this.differ(other, edge, key));
    this.done.push(edge);
  }

  /** Joins both ends to what is known of their nodes, and makes known what was not. */
  private ends(edge: PatternEdge, source: string | undefined, target: string): string[] {
    const on: string[] = [];
    for (const [node, column] of [
      [edge.from, source],
      [edge.to, target],
    ] as const) {
      if (column === undefined) continue;
      const known = this.keys.get(node);
      if (known === undefined) this.keys.set(node, column);
      else on.push(`${column} = ${known}`);
    }
    return on;
  }

  private typeTest(edge: PatternEdge): void {
    if (edge.types.length > 1) this.where.push(typesText(fieldText(edge.alias, this.sets.edgeColumns.type), edge.types));
  }

  private differ(a: PatternEdge, b: PatternEdge, key: string): string {
    const [walkA, walkB] = [this.walks.get(a), this.walks.get(b)];
    const list = (alias: string): string => `${quoted(alias)}.edges`;
    if (walkA && walkB) return `none(x IN ${list(walkA.alias)} WHERE x IN ${list(walkB.alias)})`;
    if (walkA) return `NOT ${fieldText(b.alias, key)} IN ${list(walkA.alias)}`;
    if (walkB) return `NOT ${fieldText(a.alias, key)} IN ${list(walkB.alias)}`;
    return `${fieldText(a.alias, key)} <> ${fieldText(b.alias, key)}`;
  }

  /** The edges in both directions, a loop once. */
  private bothWays(edge: PatternEdge): string {
    const id = JSON.stringify([edge.types, [...edge.fields], this.sets.edgeSet(edge)]);
    const known = this.both.get(id);
    if (known !== undefined) return known;
    const name = this.names.take(`${edge.types.length === 1 ? edge.types[0] : 'edge'}_both`);
    this.both.set(id, name);
    const { key, source, target, type } = this.sets.edgeColumns;
    const fields = [...edge.fields, ...(edge.types.length === 1 ? [] : [type])].map((f) => `, ${fieldText('e', f)}`).join('');
    const [items, from, to] = this.plainEdges(edge, 'e');
    const types = edge.types.length > 1 ? typesText(fieldText('e', type), edge.types) : undefined;
    const where = (more: string[]): string => {
      const all = [...(types ? [types] : []), ...more];
      return all.length > 0 ? ` WHERE ${all.join(' AND ')}` : '';
    };
    const columns = [source, target, key, ...edge.fields, ...(edge.types.length === 1 ? [] : [type])].map(quoted).join(', ');
    const k = fieldText('e', key);
    this.common.push(
      `${quoted(name)} (${columns}) AS (SELECT ${from}, ${to}, ${k}${fields} FROM ${items}${where([])} UNION ALL SELECT ${to}, ${from}, ${k}${fields} FROM ${items}${where([`${from} <> ${to}`])})`,
    );
    return name;
  }

  /** FROM items that give each edge once, called `alias`, and the columns of its ends. */
  private plainEdges(edge: PatternEdge, alias: string): [items: string, from: string, to: string] {
    const { source, target } = this.sets.edgeColumns;
    const set = quoted(this.sets.edgeSet(edge));
    if (this.how === 'relational') return [`${set} AS ${alias}`, `${alias}.${source}`, `${alias}.${target}`];
    const home = `${alias}_home`;
    return [
      `${set} AS ${home}, ${home}.${quoted(this.sets.arrayOf(edge))} AS ${alias}`,
      `${home}.${quoted(this.sets.nodeKey)}`,
      `${alias}.${target}`,
    ];
  }

  // ---------------------------------------------------------------------------------------------- walks

  private placeWalk(edge: PatternEdge, { min, max }: Ast.Quantifier): void {
    const overlaps = this.query.edges.some((other) => other !== edge && other.clause === edge.clause && overlap(edge, other));
    const measured = [...this.query.lengths.values()].some((edges) => edges.includes(edge));
    const reach = ignoresRepeats(this.query.tail) && !overlaps && !measured && (min === 0 || (min === 1 && !edge.undirected));
    const alias = this.names.take('walk');
    this.walks.set(edge, { alias, trail: !reach });
    const counted = !reach || max !== undefined || min > 0;
    const body = this.walkBody(edge, alias, { counted, trail: !reach, max });
    this.common.push(`${quoted(alias)} (source, target${counted ? ', steps' : ''}${reach ? '' : ', edges'}) AS (${body})`);
    this.recursive = true;
    const on = this.ends(edge, `${quoted(alias)}.source`, `${quoted(alias)}.target`);
    this.add(quoted(alias), on);
    if (min > 0) this.where.push(`${quoted(alias)}.steps >= ${min}`);
  }

  private walkBody(
    edge: PatternEdge,
    walk: string,
    { counted, trail, max }: { counted: boolean; trail: boolean; max: number | undefined },
  ): string {
    const { key, type } = this.sets.edgeColumns;
    const forward = !this.isBound(edge.to) || this.isBound(edge.from);
    const start = forward ? edge.from : edge.to;
    const set = this.sets.nodeSet(start) as string;
    const s = fieldText('s', this.sets.nodeKey);
    const seed = [...this.seedConditions(start)];
    const [items, from, to] = edge.undirected ? this.undirectedStep(edge) : this.plainEdges(edge, 'e');
    const w = quoted(walk);
    const conditions = [
      `${forward ? from : to} = ${w}.${forward ? 'target' : 'source'}`,
      ...(max === undefined ? [] : [`${w}.steps < ${max}`]),
      ...(trail ? [`NOT ${fieldText('e', key)} IN ${w}.edges`] : []),
      ...(edge.types.length > 1 && !edge.undirected ? [typesText(fieldText('e', type), edge.types)] : []),
      ...edge.stepConditions.map((c) => printExpression(renamed(this.named(c), edge.alias, 'e'))),
    ];
    const more = `${counted ? `, ${w}.steps + 1` : ''}${trail ? `, ${w}.edges || [${fieldText('e', key)}]` : ''}`;
    const ends = forward ? `${w}.source, ${to}` : `${from}, ${w}.target`;
    return `SELECT ${s}, ${s}${counted ? ', 0' : ''}${trail ? ', []' : ''} FROM ${quoted(set)} AS s${seed.length > 0 ? ` WHERE ${andText(seed)}` : ''} UNION${trail ? ' ALL' : ''} SELECT ${ends}${more} FROM ${w}, ${items} WHERE ${conditions.join(' AND ')}`;
  }

  private undirectedStep(edge: PatternEdge): [items: string, from: string, to: string] {
    const { source, target } = this.sets.edgeColumns;
    return [`${quoted(this.bothWays(edge))} AS e`, `e.${source}`, `e.${target}`];
  }

  /** A condition on the node alone: a walk better starts there. */
  private seedConditions(node: PatternNode): Ast.Expression[] {
    return this.query.conditions
      .filter((c) => {
        const read = aliasesRead(c);
        return read.size === 1 && read.has(node.alias);
      })
      .map((c) => renamed(seedKeys(c, this.sets.nodeKey), node.alias, 's'));
  }

  private isBound(node: PatternNode): boolean {
    return this.seedConditions(node).length > 0;
  }
}

function seedKeys(tree: Ast.Expression, key: string): Ast.Expression {
  return mapSyntax(tree, (e) => (e.kind === 'field' && e.name.text === keyField ? { ...e, name: { ...e.name, text: key } } : undefined));
}

function renamed(tree: Ast.Expression, from: string, to: string): Ast.Expression {
  return mapSyntax(tree, (e) => (e.kind === 'identifier' && e.name === from ? { ...e, name: to } : undefined));
}

/** `a.b` or a text constant of our own making, as a tree. */
function columnExpression(text: string): Ast.Expression {
  const span = { start: 0, end: 0 };
  if (text.startsWith("'")) return { kind: 'literal', value: text.slice(1, -1), span };
  const [alias, field] = text.split('.').map((part) => part.replace(/^`(.*)`$/, '$1').replaceAll('``', '`'));
  return { kind: 'field', value: { kind: 'identifier', name: alias ?? '', span }, name: { text: field ?? '', span }, span };
}

function typesText(column: string, types: readonly string[]): string {
  return `${column} IN (${types.map((t) => `'${t.replaceAll("'", "''")}'`).join(', ')})`;
}

function overlap(a: PatternEdge, b: PatternEdge): boolean {
  return a.types.length === 0 || b.types.length === 0 || a.types.some((t) => b.types.includes(t));
}
