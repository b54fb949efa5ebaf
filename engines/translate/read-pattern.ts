// Reads a query over graph patterns for translation: which nodes, which edges between them, under which conditions, and what is done
// with the matches. Element references in conditions are `alias.property` afterwards.

import type * as Ast from '../../parser/ast.ts';
import {
  addGroup,
  allConditions,
  askedInside,
  conditionsOf,
  type Group,
  groupPlace,
  hasQuery,
  newGroups,
  readFrom,
  required,
  tailsInside,
  valuesPlace,
} from './groups.ts';
import {
  aliasesRead,
  conjuncts,
  equal,
  fieldOf,
  fieldsRead,
  identifier,
  nameOf,
  Names,
  type NestedQuery,
  type References,
  replaceReferences,
  Untranslatable,
} from './syntax.ts';
import { readStages, type Stage } from './stages.ts';
import { replaceInTail, type Tail, tailOfReturn, tailOfSelect } from './tail.ts';

export interface PatternNode {
  readonly alias: string;
  readonly labels: readonly string[];
  /** Properties that the query reads. */
  readonly fields: Set<string>;
  /** The group that it is found in first. */
  readonly group: number;
}

export interface PatternEdge {
  readonly alias: string;
  /** Empty: any type. */
  readonly types: readonly string[];
  /** As the edge points; of an undirected one as it is written. */
  readonly from: PatternNode;
  readonly to: PatternNode;
  readonly undirected: boolean;
  readonly quantifier?: Ast.Quantifier | undefined;
  /** Of a quantified edge: what holds of each step, about `alias`. */
  readonly stepConditions: readonly Ast.Expression[];
  readonly fields: Set<string>;
  /** Edges of one MATCH are distinct; walks of mode WALK have a clause of their own. */
  readonly clause: number;
  readonly group: number;
  /** Only one of the shortest ways between two nodes, or all of them, of which nothing but the length is asked. */
  readonly shortest: Shortest | undefined;
}

export interface PatternPath {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  readonly group: number;
}

export interface PatternQuery {
  /** Absent: the graph in use. */
  readonly graph?: string | undefined;
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  /** In the order written: where FROM begins and goes on. */
  readonly paths: readonly PatternPath[];
  readonly groups: readonly Group[];
  readonly tail: Tail;
  /** Behind the first WITH. */
  readonly further: readonly Stage[];
  /** Paths whose length is asked, by variable. */
  readonly lengths: ReadonlyMap<string, PatternPath>;
}

/** Names that stand for an element's key and an edge's type, as fields; the writer knows its columns for them. */
export const keyField = '\0key';
export const typeField = '\0type';
/** `length(p)`: a field of a path. */
export const lengthField = '\0length';

interface Clause {
  readonly patterns: readonly Ast.PathPattern[];
  readonly where?: Ast.Expression | undefined;
  readonly group: number;
}

/** What a query is made of: its MATCH clauses in groups, and further conditions by group. */
interface Parts {
  readonly clauses: readonly Clause[];
  readonly on: ReadonlyMap<number, readonly Ast.Expression[]>;
  readonly graph: string | undefined;
}

export type Shortest = 'one' | 'all';

type Element = PatternNode | PatternEdge;
/** Of a variable: an element, a walk's list of edges, or a path. */
type Variable = { readonly element: Element } | { readonly list: PatternEdge } | { readonly path: string };
type Variables = ReadonlyMap<string, Variable>;

/** Undefined: the query is not over patterns alone. */
export function readPattern(query: Ast.Query): PatternQuery | undefined {
  return new PatternReader().read(query);
}

function pipelineParts(query: Ast.PipelineQuery, groups: Group[], within: number): Parts | undefined {
  if (query.clauses[0]?.kind !== 'match') return undefined;
  const projected = projections(query);
  const matches = query.clauses.slice(0, query.clauses.length - projected.length);
  if (projected.length === 0 && within === required) throw new Untranslatable('it does not end in RETURN');
  if (projected.length > 1 && within !== required) throw new Untranslatable('a query inside has WITH');
  const clauses = matches.map((clause, i): Clause => {
    if (clause.kind === 'with') throw new Untranslatable('it goes on with other clauses behind WITH');
    if (clause.kind !== 'match') throw new Untranslatable(`it has ${clauseWord(clause.kind)} between MATCH and RETURN`);
    if (clause.optional && within !== required) throw new Untranslatable('a query inside has OPTIONAL MATCH');
    if (clause.optional && i === 0) throw new Untranslatable('it begins with OPTIONAL MATCH');
    return { ...clause, group: clause.optional ? addGroup(groups, 'optional') : within };
  });
  return { clauses, on: new Map(), graph: query.use?.text };
}

/** RETURN, and each WITH before it behind the last other clause. */
function projections({ clauses }: Ast.PipelineQuery): (Ast.WithClause | Ast.ReturnClause)[] {
  const found: (Ast.WithClause | Ast.ReturnClause)[] = [];
  for (const clause of clauses.toReversed()) {
    if (clause.kind !== (found.length === 0 ? 'return' : 'with')) break;
    found.unshift(clause as Ast.WithClause | Ast.ReturnClause);
  }
  return found;
}

function clauseWord(kind: string): string {
  return kind === 'unwind' || kind === 'from' || kind === 'call' ? kind.toUpperCase() : 'another clause';
}

function selectParts(query: Ast.SelectQuery, groups: Group[], within: number): Parts | undefined {
  const graphs = new Set<string | undefined>();
  const leafOf = (item: Ast.FromItem): Ast.FromMatch | undefined => {
    if (item.kind !== 'match') return undefined;
    if (item.graphTable || item.alias) throw new Untranslatable('it has GRAPH_TABLE; write MATCH');
    graphs.add((item.graph ?? query.use)?.text);
    return item;
  };
  const from = query.from && readFrom(query.from, leafOf, groups, within);
  if (!from) return undefined;
  if (graphs.size > 1) throw new Untranslatable('it is about several graphs');
  const on = conditionsOf(from, query.where, within);
  return { clauses: from.leaves.map(({ leaf, group }) => ({ ...leaf, group })), on, graph: [...graphs][0] };
}

class PatternReader {
  private readonly names = new Names();
  private readonly nodes = new Map<string, PatternNode>();
  private readonly edges: PatternEdge[] = [];
  private readonly paths: PatternPath[] = [];
  private readonly groups = newGroups();
  private readonly lengths = new Map<string, PatternPath>();
  private clauses = 0;

  read(query: Ast.Query): PatternQuery | undefined {
    if (query.kind !== 'pipeline' && query.kind !== 'select') return undefined;
    const { groups } = this;
    const parts = query.kind === 'pipeline' ? pipelineParts(query, groups, required) : selectParts(query, groups, required);
    if (!parts) return undefined;
    for (const { patterns } of parts.clauses)
      for (const p of patterns) for (const { variable } of [p, ...p.nodes, ...p.edges]) if (variable) this.names.reserve(variable.text);
    const variables = this.readParts(parts, new Map());
    const isElement = (name: string): boolean => 'element' in (variables.get(name) ?? {});
    const { first, further } =
      query.kind === 'pipeline' ? readStages(projections(query), isElement) : { first: tailOfSelect(query, query.items), further: [] };
    const named = replaceInTail(first, this.references(variables));
    this.noteFields(named);
    const { graph } = parts;
    return {
      graph,
      nodes: [...this.nodes.values()],
      edges: this.edges,
      paths: this.paths,
      groups,
      tail: named,
      further,
      lengths: this.lengths,
    };
  }

  /** Its paths first, then the conditions, which may be about all variables. */
  private readParts({ clauses, on }: Parts, outer: Variables): Variables {
    const variables = new Map(outer);
    const written = new Map<number, Ast.Expression[]>([...on].map(([group, list]) => [group, [...list]]));
    const add = (group: number, list: readonly Ast.Expression[]): void => {
      written.set(group, [...(written.get(group) ?? []), ...list]);
    };
    for (const { patterns, where, group } of clauses) {
      const place: Place = { clause: this.clauses++, group, variables, inside: outer.size > 0, write: (list) => add(group, list) };
      for (const pattern of patterns) this.readPath(pattern, place);
      add(group, conjuncts(where));
    }
    const refs = this.references(variables);
    for (const [number, list] of written) {
      const group = this.groups[number] as Group;
      group.conditions = [...group.conditions, ...replaceReferences(list, refs)];
    }
    return variables;
  }

  private noteFields(tail: Tail): void {
    const elements = new Map([...this.nodes.values(), ...this.edges].map((e) => [e.alias, e]));
    fieldsRead([allConditions(this.groups), tailsInside(this.groups), tail, this.edges.map((e) => e.stepConditions)], (alias, field) => {
      if (!field.startsWith('\0')) elements.get(alias)?.fields.add(field);
    });
  }

  private readPath(pattern: Ast.PathPattern, place: Place): void {
    const shortest = shortestOf(pattern);
    if (pattern.mode !== undefined && pattern.mode !== 'trail') throw new Untranslatable(`it has the mode ${pattern.mode.toUpperCase()}`);
    const nodes = pattern.nodes.map((n) => this.readNode(n, place));
    const edges = pattern.edges.map((e, i) => this.readEdge(e, nodes[i] as PatternNode, nodes[i + 1] as PatternNode, place, shortest));
    const path = { nodes, edges, group: place.group };
    this.paths.push(path);
    if (!pattern.variable) return;
    const alias = this.aliasOf(pattern.variable, 'p', place);
    place.variables.set(pattern.variable.text, { path: alias });
    this.lengths.set(alias, path);
  }

  private readNode(pattern: Ast.NodePattern, place: Place): PatternNode {
    const bound = pattern.variable && place.variables.get(pattern.variable.text);
    const known = bound && 'element' in bound && !('types' in bound.element) ? bound.element : undefined;
    const labels = labelsOf(pattern.labels);
    const node = known ?? { alias: this.aliasOf(pattern.variable, 'n', place), labels: [...labels], fields: new Set(), group: place.group };
    if (known) {
      const more = labels.filter((l) => !known.labels.includes(l));
      if (more.length > 0 && known.group !== place.group) throw new Untranslatable(`it tests further labels of ${known.alias} later`);
      if (this.groups[known.group]?.kind === 'optional' && place.group === required)
        throw new Untranslatable(`a MATCH goes on from ${known.alias}, which may be absent`);
      (known.labels as string[]).push(...more);
    }
    this.nodes.set(node.alias, node);
    if (pattern.variable) place.variables.set(pattern.variable.text, { element: node });
    place.write([...propertyTests(pattern.variable?.text ?? node.alias, pattern.properties), ...conjuncts(pattern.where)]);
    if (!pattern.variable) place.variables.set(node.alias, { element: node });
    return node;
  }

  /** Variables of a query inside may have names that are taken. */
  private aliasOf(variable: Ast.Name | undefined, wanted: string, { inside }: Place): string {
    return variable && !inside ? variable.text : this.names.take(variable?.text ?? wanted);
  }

  private readEdge(
    pattern: Ast.EdgePattern,
    left: PatternNode,
    right: PatternNode,
    place: Place,
    shortest: Shortest | undefined,
  ): PatternEdge {
    if (pattern.inside) throw new Untranslatable('a part of its pattern is repeated');
    if (pattern.typeTest) throw new Untranslatable('it has an expression of edge types');
    if (pattern.variable && place.variables.has(pattern.variable.text)) throw new Untranslatable('it names an edge twice');
    const alias = this.aliasOf(pattern.variable, 'e', place);
    const [from, to] = pattern.direction === 'left' ? [right, left] : [left, right];
    const { quantifier } = pattern;
    const stepConditions: Ast.Expression[] = [];
    const edge: PatternEdge = {
      alias,
      types: pattern.types.map((t) => t.text),
      from,
      to,
      undirected: pattern.direction === 'any',
      quantifier,
      stepConditions,
      fields: new Set(),
      clause: place.clause,
      group: place.group,
      shortest,
    };
    this.edges.push(edge);
    const name = pattern.variable?.text ?? alias;
    const tests = [...propertyTests(name, pattern.properties), ...conjuncts(pattern.where)];
    if (quantifier) {
      const step = new Map(place.variables).set(name, { element: edge });
      stepConditions.push(...replaceReferences(tests, this.references(step)));
      if ([...aliasesRead(stepConditions)].some((a) => a !== alias) || hasQuery(stepConditions))
        throw new Untranslatable('the steps of a walk are compared with something else');
      place.variables.set(name, { list: edge });
    } else {
      place.variables.set(name, { element: edge });
      place.write(tests);
    }
    return edge;
  }

  private references(variables: Variables): References {
    const aliases = new Map<string, Variable>();
    const aliasOf = (name: string): string | undefined => {
      const variable = variables.get(name);
      if (!variable) return undefined;
      const alias = 'path' in variable ? variable.path : ('list' in variable ? variable.list : variable.element).alias;
      aliases.set(alias, variable);
      return alias;
    };
    const element = (alias: string): string => {
      if (!('element' in (aliases.get(alias) as Variable))) throw new Untranslatable(`it reads ${alias}, which is a list or a path`);
      return alias;
    };
    return {
      alias: aliasOf,
      field: (alias, name) => fieldOf(element(alias), name.text),
      key: (alias) => fieldOf(element(alias), keyField),
      whole: (alias) => {
        throw new Untranslatable(`it takes ${alias} as a whole; name the properties that are wanted`);
      },
      call: (e) => elementCall(e, variables),
      query: (e) => this.readInside(e, variables),
    };
  }

  private readInside(e: NestedQuery, outer: Variables): Ast.Expression {
    if (e.kind === 'patternTest') {
      const group = addGroup(this.groups, 'exists');
      this.readParts({ clauses: [{ patterns: [e.pattern], group }], on: new Map(), graph: undefined }, outer);
      return groupPlace(group);
    }
    const { kind, query } = askedInside(e);
    const group = addGroup(this.groups, kind);
    const parts = query.kind === 'pipeline' ? pipelineParts(query, this.groups, group) : undefined;
    if (!parts) throw new Untranslatable('a query inside is no pattern');
    const variables = this.readParts(parts, outer);
    if (kind !== 'values') return groupPlace(group);
    const last = query.kind === 'pipeline' ? query.clauses.at(-1) : undefined;
    if (last?.kind !== 'return') throw new Untranslatable('a query inside does not end in RETURN');
    const tail = replaceInTail(tailOfReturn(last), this.references(variables));
    return valuesPlace(e, this.groups[group] as Group, group, tail, this.references(outer));
  }
}

/** Where a pattern stands. */
interface Place {
  readonly clause: number;
  readonly group: number;
  readonly variables: Map<string, Variable>;
  readonly inside: boolean;
  /** Adds conditions to its group. */
  readonly write: (conditions: readonly Ast.Expression[]) => void;
}

function elementCall(e: Ast.FunctionCall, variables: Variables): Ast.Expression | undefined {
  const [only] = e.arguments;
  const variable = only?.kind === 'identifier' ? variables.get(only.name) : undefined;
  if (only?.kind !== 'identifier' || !variable) return undefined;
  const name = e.name.text.toLowerCase();
  if ('element' in variable && 'types' in variable.element) {
    if (name === 'type') return fieldOf(variable.element.alias, typeField);
    if (name === 'startnode' || name === 'endnode') throw new Untranslatable(`it asks for the ${name} of an edge`);
  }
  if (name === 'length' && 'path' in variable) return fieldOf(variable.path, lengthField);
  return undefined;
}

function shortestOf({ selector, count, edges }: Ast.PathPattern): Shortest | undefined {
  if (selector === 'all') return undefined;
  const [edge, more] = edges;
  const first = (count ?? 1) === 1;
  const one = selector === 'anyShortest' || selector === 'shortestPath' || (selector === 'shortest' && first);
  const all = selector === 'allShortest' || selector === 'allShortestPaths' || (selector === 'shortestGroups' && first);
  if (!one && !all) throw new Untranslatable('it asks for more than the shortest paths, or for any path');
  if (!edge?.quantifier || more) throw new Untranslatable('it asks for a shortest path of several parts');
  return all ? 'all' : 'one';
}

function labelsOf(e: Ast.LabelExpression | undefined): string[] {
  if (!e) return [];
  if (e.kind === 'label') return [e.name.text];
  if (e.kind === 'and') return [...new Set([...labelsOf(e.left), ...labelsOf(e.right)])];
  throw new Untranslatable('it has a label expression with alternatives or NOT');
}

/** `{name: 'x'}` as comparisons. */
function propertyTests(alias: string, properties: Ast.Expression | undefined): Ast.Expression[] {
  if (!properties) return [];
  if (properties.kind !== 'object') throw new Untranslatable('it takes properties from a parameter');
  const element = identifier(alias);
  return properties.entries.map(({ key, value }) =>
    equal({ kind: 'field', value: element, name: nameOf(key.text), span: key.span }, value),
  );
}
