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
import { graphNamed } from '../choose-graph.ts';
import { storedNames } from './catalog-names.ts';
import { FromText, parseExpression } from './from-text.ts';
import { GraphSets, type HowStored } from './graph-sets.ts';
import { type Group, hasQuery, optionalGroups, required, withQueries } from './groups.ts';
import { keyField, lengthField, type PatternEdge, type PatternNode, type PatternQuery, type Shortest, typeField } from './read-pattern.ts';
import type { Translation } from './storage.ts';
import { aliasesRead, andText, fieldText, mapSyntax, Names, quoted, Untranslatable } from './syntax.ts';
import { stageText } from './stages.ts';
import { ignoresRepeats, selectText } from './tail.ts';

/** Throws Untranslatable. */
export function graphTo(how: HowStored, query: PatternQuery, catalog: Catalog): Translation {
  return new PatternWriter(how, query, catalog).write();
}

/** A condition that ties an item to a node. */
type Tie = readonly [PatternNode, string];

class PatternWriter {
  private readonly how: HowStored;
  private readonly query: PatternQuery;
  private readonly sets: GraphSets;
  private readonly nodes: number;
  private readonly names = new Names();
  private readonly common: string[] = [];
  /** Edges in both directions, by types and fields. */
  private readonly both = new Map<string, string>();
  private recursive = false;
  /** The group that is being written. */
  private part = new FromText();
  /** Nodes that stand outside of it. */
  private outside: ReadonlySet<PatternNode> = new Set();
  /** What stands for a node: a column that holds its key. */
  private readonly keys = new Map<PatternNode, string>();
  private readonly placed = new Set<PatternNode>();
  private readonly walks = new Map<PatternEdge, { readonly alias: string; readonly trail: boolean }>();
  private readonly done: PatternEdge[] = [];
  private readonly inside = new Map<number, Ast.Expression>();

  constructor(how: HowStored, query: PatternQuery, catalog: Catalog) {
    this.how = how;
    this.query = query;
    this.nodes =
      (query.graph === undefined ? catalog.graphs.find((g) => g.id === catalog.graph.id) : graphNamed(catalog, query.graph))?.nodes ?? 0;
    for (const { alias } of [...query.nodes, ...query.edges]) {
      if (this.names.take(alias) !== alias) throw new Untranslatable(`it has names that differ from ${alias} only by case`);
    }
    this.sets = new GraphSets(how, query, catalog);
    for (const name of [...storedNames(catalog), ...this.sets.setNames()]) this.names.reserve(name);
  }

  write(): Translation {
    const { groups, tail, further } = this.query;
    const main = this.writeGroup(required);
    let from = main.toString();
    for (const number of optionalGroups(groups)) {
      const part = this.writeGroup(number);
      part.where.push(...this.conditionsOf(number));
      if (!part.empty) from += part.leftJoin();
    }
    main.where.push(...this.conditionsOf(required));
    if (hasQuery(tail.groupBy)) throw new Untranslatable('it groups by a query inside');
    const body = further.reduce(stageText, selectText(this.named(tail), from, main.where));
    const common = this.common.length > 0 ? `WITH ${this.recursive ? 'RECURSIVE ' : ''}${this.common.join(', ')} ` : '';
    return { stored: this.sets.stored(), query: common + body };
  }

  private writeGroup(number: number): FromText {
    const [part, outside] = [this.part, this.outside];
    this.part = new FromText();
    this.outside = new Set(this.keys.keys());
    for (const { nodes, edges, group } of this.query.paths) {
      if (group !== number) continue;
      nodes.forEach((node, i) => {
        this.placeNode(node);
        const edge = edges[i];
        if (edge) this.placeEdge(edge);
      });
    }
    const written = this.part;
    [this.part, this.outside] = [part, outside];
    return written;
  }

  private conditionsOf(group: number): Ast.Expression[] {
    return (this.query.groups[group] as Group).conditions.map((c) => this.named(c));
  }

  private askedInside(number: number): Ast.Expression {
    const known = this.inside.get(number);
    if (known) return known;
    const part = this.writeGroup(number);
    if (part.empty) throw new Untranslatable('a query inside asks for nothing new');
    part.where.push(...this.conditionsOf(number));
    const group = this.query.groups[number] as Group;
    const written = part.asked(group, group.tail && this.named(group.tail));
    this.inside.set(number, written);
    return written;
  }

  /** With columns for keys, types and lengths, and queries inside written out. */
  private named<T>(tree: T): T {
    const named = mapSyntax(tree, (e) => {
      if (e.kind !== 'field' || e.value.kind !== 'identifier') return undefined;
      const alias = e.value.name;
      if (e.name.text === lengthField) return this.lengthOf(alias);
      if (e.name.text === typeField) return this.typeOf(alias);
      return e.name.text === keyField ? this.keyOf(alias) : undefined;
    });
    return withQueries(named, (group) => this.askedInside(group));
  }

  private keyOf(alias: string): Ast.Expression {
    if (this.query.edges.some((e) => e.alias === alias)) return parseExpression(fieldText(alias, this.sets.edgeColumns.key));
    const node = this.query.nodes.find((n) => n.alias === alias);
    return parseExpression((node && this.keys.get(node)) ?? '');
  }

  private typeOf(alias: string): Ast.Expression {
    const edge = this.query.edges.find((e) => e.alias === alias) as PatternEdge;
    const [only, more] = edge.types;
    if (only === undefined || more !== undefined) return parseExpression(fieldText(alias, this.sets.edgeColumns.type));
    return this.whereThere(edge, { kind: 'literal', value: only, span: nowhere });
  }

  private lengthOf(path: string): Ast.Expression {
    const { edges = [], group = required } = this.query.lengths.get(path) ?? {};
    const parts: Ast.Expression[] = edges.flatMap((e) => {
      const walk = this.walks.get(e);
      return walk ? [parseExpression(`${quoted(walk.alias)}.steps`)] : [];
    });
    const single = edges.length - parts.length;
    if (single === 0 && parts.length > 0) return sum(parts);
    const counted = sum([...parts, { kind: 'literal', value: BigInt(single), span: nowhere }]);
    const [first] = edges;
    if (parts.length > 0 || group === required) return counted;
    if (!first) throw new Untranslatable(`it asks for the length of ${path}, a node alone that may be absent`);
    return this.whereThere(first, counted);
  }

  /** Null where the edge is absent. */
  private whereThere(edge: PatternEdge, then: Ast.Expression): Ast.Expression {
    if (this.query.groups[edge.group]?.kind !== 'optional') return then;
    const operand = parseExpression(fieldText(edge.alias, this.sets.edgeColumns.key));
    const when: Ast.Expression = { kind: 'is', operand, test: 'null', negated: true, span: nowhere };
    return { kind: 'case', branches: [{ when, then }], span: nowhere };
  }

  // ---------------------------------------------------------------------------------------------- FROM

  /** The conditions that may stand in ON: what is tied to a node outside goes behind FROM. */
  private tied(ties: readonly Tie[]): string[] {
    this.part.where.push(...ties.filter(([node]) => this.outside.has(node)).map(([, text]) => text));
    return ties.filter(([node]) => !this.outside.has(node)).map(([, text]) => text);
  }

  private placeNode(node: PatternNode): void {
    const set = this.sets.nodeSet(node);
    if (!set || !this.sets.needsRow(node) || this.placed.has(node)) return;
    this.placed.add(node);
    const known = this.keys.get(node);
    const key = fieldText(node.alias, this.sets.nodeKey);
    this.keys.set(node, known ?? key);
    this.part.add(`${quoted(set)} AS ${quoted(node.alias)}`, known === undefined ? [] : this.tied([[node, `${key} = ${known}`]]));
    for (const other of this.sets.furtherSets(node)) {
      const x = this.names.take('x');
      this.part.where.push(`${key} IN (SELECT ${fieldText(x, this.sets.nodeKey)} FROM ${quoted(other)} AS ${quoted(x)})`);
    }
  }

  private placeEdge(edge: PatternEdge): void {
    const { key, source, target } = this.sets.edgeColumns;
    const alias = quoted(edge.alias);
    if (edge.quantifier) this.placeWalk(edge, edge.quantifier);
    else if (this.how === 'document' && !edge.undirected) {
      this.placeNode(edge.from);
      const item = `${fieldText(edge.from.alias, this.sets.arrayOf(edge))} AS ${alias}`;
      this.part.addArray(
        item,
        this.ends(edge, undefined, `${alias}.${target}`).map(([, text]) => text),
      );
      this.typeTest(edge);
    } else {
      const item = edge.undirected ? this.bothWays(edge) : this.sets.edgeSet(edge);
      this.part.add(`${quoted(item)} AS ${alias}`, this.tied(this.ends(edge, `${alias}.${source}`, `${alias}.${target}`)));
      this.typeTest(edge);
    }
    for (const other of this.done)
      if (other.clause === edge.clause && overlap(edge, other)) this.part.where.push(this.differ(other, edge, key));
    this.done.push(edge);
  }

  /** Joins both ends to what is known of their nodes, and makes known what was not. */
  private ends(edge: PatternEdge, source: string | undefined, target: string): Tie[] {
    const ties: Tie[] = [];
    for (const [node, column] of [
      [edge.from, source],
      [edge.to, target],
    ] as const) {
      if (column === undefined) continue;
      const known = this.keys.get(node);
      if (known === undefined) this.keys.set(node, column);
      else ties.push([node, `${column} = ${known}`]);
    }
    return ties;
  }

  private typeTest(edge: PatternEdge): void {
    if (edge.types.length > 1) this.part.where.push(typesText(fieldText(edge.alias, this.sets.edgeColumns.type), edge.types));
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

  private placeWalk(edge: PatternEdge, quantifier: Ast.Quantifier): void {
    const { min } = quantifier;
    const how = this.howToWalk(edge, quantifier);
    const alias = this.names.take('walk');
    const body = this.walkBody(edge, alias, how);
    this.common.push(`${quoted(alias)} (source, target${how.steps === 'none' ? '' : ', steps'}${how.trail ? ', edges' : ''}) AS (${body})`);
    this.recursive = true;
    let name = alias;
    if (edge.shortest) {
      name = this.names.take('shortest');
      this.common.push(`${quoted(name)} (source, target, steps) AS (${shortestText(quoted(alias), min, edge.shortest)})`);
    }
    this.walks.set(edge, { alias: name, trail: how.trail && !edge.shortest });
    this.part.add(quoted(name), this.tied(this.ends(edge, `${quoted(name)}.source`, `${quoted(name)}.target`)));
    if (min > 0 && !edge.shortest) this.part.where.push(`${quoted(name)}.steps >= ${min}`);
  }

  /** Trails where their number or their edges matter; else the ends alone, which come once. */
  private howToWalk(edge: PatternEdge, { min, max }: Ast.Quantifier): HowToWalk {
    const overlaps = this.query.edges.some((other) => other !== edge && other.clause === edge.clause && overlap(edge, other));
    if (edge.shortest) {
      if (overlaps || min > 1) throw new Untranslatable('its shortest path must not use other edges of the pattern, or has a least length');
      // Each of all comes by itself, and none goes over an edge twice.
      const trail = edge.shortest === 'all';
      if (!trail && edge.undirected && min > 0 && !this.endsDiffer(edge))
        throw new Untranslatable('the ends of its shortest path may be one node; say that they differ, as in a <> b');
      return { trail, steps: 'counted', max: max ?? this.boundOf(edge) };
    }
    const measured = [...this.query.lengths.values()].some((path) => path.edges.includes(edge));
    const kind = this.query.groups[edge.group]?.kind;
    const once = kind === 'exists' || (kind !== 'count' && kind !== 'values' && ignoresRepeats(this.query.tail));
    const trail = !once || overlaps || measured || min > 1 || (min === 1 && edge.undirected);
    if (trail || max !== undefined) return { trail, steps: 'counted', max };
    return { trail, steps: min > 0 ? 'moved' : 'none', max };
  }

  /** No shortest path is longer than there are nodes. A recursive common table goes on to that length, so only over few of them. */
  private boundOf(edge: PatternEdge): number {
    // All of them are remembered way by way, which are too many to go on to the end.
    if (edge.shortest === 'one' && this.nodes <= nodesOfUnboundedMax && (this.isBound(edge.from, edge) || this.isBound(edge.to, edge)))
      return this.nodes;
    throw new Untranslatable(
      'its shortest path has no bound, and a recursive common table cannot stop at the first; give one, as in {1,6}',
    );
  }

  /** Do conditions say that the ends are two nodes? */
  private endsDiffer({ from, to, group }: PatternEdge): boolean {
    const all = [required, group].flatMap((g) => this.query.groups[g]?.conditions ?? []);
    const key = ({ alias }: PatternNode): string => fieldText(alias, keyField);
    const constants = ({ alias }: PatternNode): Map<string, string> =>
      new Map(
        all.flatMap((c) =>
          c.kind === 'binary' && c.operator === '=' && c.left.kind === 'field' && c.right.kind === 'literal' && aliasesRead(c).has(alias)
            ? [[printExpression(c.left).slice(quoted(alias).length), printExpression(c.right)] as const]
            : [],
        ),
      );
    const [a, b] = [constants(from), constants(to)];
    if ([...a].some(([field, value]) => b.has(field) && b.get(field) !== value && sameKind(b.get(field) ?? '', value))) return true;
    const [x, y] = [key(from), key(to)];
    return all.some((c) => {
      if (c.kind !== 'binary' || c.operator !== '<>') return false;
      const [left, right] = [printExpression(c.left), printExpression(c.right)];
      return (left === x && right === y) || (left === y && right === x);
    });
  }

  private walkBody(edge: PatternEdge, walk: string, { trail, steps, max }: HowToWalk): string {
    const { key, type } = this.sets.edgeColumns;
    const forward = !this.isBound(edge.to, edge) || this.isBound(edge.from, edge);
    const start = forward ? edge.from : edge.to;
    const set = this.sets.nodeSet(start) as string;
    const s = fieldText('s', this.sets.nodeKey);
    const seed = this.seedConditions(start, edge);
    const [items, from, to] = edge.undirected ? this.undirectedStep(edge) : this.plainEdges(edge, 'e');
    const w = quoted(walk);
    const conditions = [
      `${forward ? from : to} = ${w}.${forward ? 'target' : 'source'}`,
      ...(max === undefined ? [] : [`${w}.steps < ${max}`]),
      ...(trail ? [`NOT ${fieldText('e', key)} IN ${w}.edges`] : []),
      ...(edge.types.length > 1 && !edge.undirected ? [typesText(fieldText('e', type), edge.types)] : []),
      ...edge.stepConditions.map((c) => printExpression(renamed(this.named(c), edge.alias, 'e'))),
    ];
    const next = { none: '', moved: ', 1', counted: `, ${w}.steps + 1` }[steps];
    const more = `${next}${trail ? `, ${w}.edges || [${fieldText('e', key)}]` : ''}`;
    const ends = forward ? `${w}.source, ${to}` : `${from}, ${w}.target`;
    return `SELECT ${s}, ${s}${steps === 'none' ? '' : ', 0'}${trail ? ', []' : ''} FROM ${quoted(set)} AS s${seed.length > 0 ? ` WHERE ${andText(seed)}` : ''} UNION${trail ? ' ALL' : ''} SELECT ${ends}${more} FROM ${w}, ${items} WHERE ${conditions.join(' AND ')}`;
  }

  private undirectedStep(edge: PatternEdge): [items: string, from: string, to: string] {
    const { source, target } = this.sets.edgeColumns;
    return [`${quoted(this.bothWays(edge))} AS e`, `e.${source}`, `e.${target}`];
  }

  /** A condition on the node alone: a walk better starts there. Of an optional node only what its own group says, not what is asked of the joined rows. */
  private seedConditions(node: PatternNode, edge: PatternEdge): Ast.Expression[] {
    return [...new Set([node.group, edge.group])]
      .flatMap((group) => this.query.groups[group]?.conditions ?? [])
      .filter((c) => {
        const read = aliasesRead(c);
        return read.size === 1 && read.has(node.alias) && !hasQuery(c);
      })
      .map((c) => renamed(seedKeys(c, this.sets.nodeKey), node.alias, 's'));
  }

  private isBound(node: PatternNode, edge: PatternEdge): boolean {
    return this.seedConditions(node, edge).length > 0;
  }
}

/** The shortest of the walks between each two ends. */
function shortestText(walk: string, min: number, which: Shortest): string {
  const from = min > 0 ? `${walk} WHERE ${walk}.steps >= ${min}` : walk;
  const least = `SELECT ${walk}.source, ${walk}.target, min(${walk}.steps)`;
  const keys = `GROUP BY ${walk}.source, ${walk}.target`;
  if (which === 'one') return `${least} FROM ${from} ${keys}`;
  const same = ['source', 'target', 'steps'].map((c) => `least.${c} = ${walk}.${c}`).join(' AND ');
  return `SELECT ${walk}.source, ${walk}.target, ${walk}.steps FROM ${walk} JOIN (${least} AS steps FROM ${from} ${keys}) AS least ON ${same}`;
}

interface HowToWalk {
  /** The edges behind are remembered: each way comes by itself. */
  readonly trail: boolean;
  /** `moved`: 1 behind the first. */
  readonly steps: 'none' | 'moved' | 'counted';
  readonly max: number | undefined;
}

/** More nodes than this are not gone through without a bound. */
const nodesOfUnboundedMax = 500;

const nowhere = { start: 0, end: 0 };

function sum(parts: readonly Ast.Expression[]): Ast.Expression {
  return parts.reduce((left, right) => ({ kind: 'binary', operator: '+', left, right, span: nowhere }));
}

/** Two texts, or two integers: then different spellings are different values. */
function sameKind(a: string, b: string): boolean {
  return (/^'/.test(a) && /^'/.test(b)) || (/^-?\d+$/.test(a) && /^-?\d+$/.test(b));
}

function seedKeys(tree: Ast.Expression, key: string): Ast.Expression {
  return mapSyntax(tree, (e) => (e.kind === 'field' && e.name.text === keyField ? { ...e, name: { ...e.name, text: key } } : undefined));
}

function renamed(tree: Ast.Expression, from: string, to: string): Ast.Expression {
  return mapSyntax(tree, (e) => (e.kind === 'identifier' && e.name === from ? { ...e, name: to } : undefined));
}

function typesText(column: string, types: readonly string[]): string {
  return `${column} IN (${types.map((t) => `'${t.replaceAll("'", "''")}'`).join(', ')})`;
}

function overlap(a: PatternEdge, b: PatternEdge): boolean {
  return a.types.length === 0 || b.types.length === 0 || a.types.some((t) => b.types.includes(t));
}
