// Reads a query over graph patterns for translation: which nodes, which edges between them, under which conditions, and what is done
// with the matches. Element references in conditions are `alias.property` afterwards.

import type * as Ast from '../../parser/ast.ts';
import {
  conjuncts,
  equal,
  fieldOf,
  fieldsRead,
  identifier,
  nameOf,
  Names,
  type References,
  replaceReferences,
  Untranslatable,
} from './syntax.ts';
import { replaceInTail, type Tail, tailOfReturn, tailOfSelect } from './tail.ts';

export interface PatternNode {
  readonly alias: string;
  readonly labels: readonly string[];
  /** Properties that the query reads. */
  readonly fields: Set<string>;
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
}

export interface PatternQuery {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  /** Paths in the order written: where FROM begins and goes on. */
  readonly paths: readonly { readonly nodes: readonly PatternNode[]; readonly edges: readonly PatternEdge[] }[];
  /** Conjuncts. */
  readonly conditions: readonly Ast.Expression[];
  readonly tail: Tail;
  /** Paths whose length is asked, by variable. */
  readonly lengths: ReadonlyMap<string, readonly PatternEdge[]>;
}

/** Names that stand for an element's key and an edge's type, as fields; the writer knows its columns for them. */
export const keyField = '\0key';
export const typeField = '\0type';
/** `length(p)`: a field of a path. */
export const lengthField = '\0length';

interface Clause {
  readonly patterns: readonly Ast.PathPattern[];
  readonly where?: Ast.Expression | undefined;
}

/** Undefined: the query is not over patterns alone. */
export function readPattern(query: Ast.Query): PatternQuery | undefined {
  const parts = query.kind === 'pipeline' ? pipelineParts(query) : query.kind === 'select' ? selectParts(query) : undefined;
  return parts && new PatternReader().read(parts.clauses, parts.where, parts.tail);
}

interface Parts {
  readonly clauses: readonly Clause[];
  readonly where?: Ast.Expression | undefined;
  readonly tail: () => Tail;
}

function pipelineParts(query: Ast.PipelineQuery): Parts | undefined {
  if (query.clauses[0]?.kind !== 'match') return undefined;
  const last = query.clauses.at(-1);
  const clauses = query.clauses.slice(0, -1).map((clause): Clause => {
    if (clause.kind !== 'match') throw new Untranslatable(`it has ${clauseWord(clause.kind)} between MATCH and RETURN`);
    if (clause.optional) throw new Untranslatable('it has OPTIONAL MATCH');
    return clause;
  });
  if (last?.kind !== 'return') throw new Untranslatable('it does not end in RETURN');
  return { clauses, tail: () => tailOfReturn(last) };
}

function clauseWord(kind: string): string {
  return kind === 'with' || kind === 'unwind' || kind === 'from' || kind === 'call' ? kind.toUpperCase() : 'another clause';
}

function selectParts(query: Ast.SelectQuery): Parts | undefined {
  const clauses: Clause[] = [];
  const on: Ast.Expression[] = [];
  const visit = (item: Ast.FromItem): boolean => {
    if (item.kind === 'match') {
      if (item.graph) throw new Untranslatable('it is about a graph by name');
      if (item.graphTable || item.alias) throw new Untranslatable('it has GRAPH_TABLE; write MATCH');
      clauses.push(item);
      return true;
    }
    if (item.kind !== 'join') return false;
    if (!visit(item.left) || !visit(item.right)) return false;
    if (item.type === 'left' || item.type === 'right' || item.type === 'full') throw new Untranslatable('it has an outer join');
    if (item.natural || item.using) throw new Untranslatable('it has NATURAL or USING');
    on.push(...conjuncts(item.on));
    return true;
  };
  if (!query.from || !visit(query.from)) return undefined;
  const all = [...on, ...conjuncts(query.where)];
  const where = all.reduce<Ast.Expression | undefined>(
    (left, right) => (left ? { kind: 'binary', operator: 'AND', left, right, span: right.span } : right),
    undefined,
  );
  return { clauses, where, tail: () => tailOfSelect(query, query.items) };
}

class PatternReader {
  private readonly names = new Names();
  private readonly nodes = new Map<string, PatternNode>();
  private readonly edges: PatternEdge[] = [];
  private readonly byVariable = new Map<string, PatternNode | PatternEdge>();
  private readonly pathVariables = new Map<string, readonly PatternEdge[]>();
  private readonly written: Ast.Expression[] = [];
  private readonly steps = new Map<PatternEdge, Ast.Expression[]>();

  read(clauses: readonly Clause[], where: Ast.Expression | undefined, tailOf: () => Tail): PatternQuery {
    for (const { patterns } of clauses)
      for (const p of patterns) for (const { variable } of [p, ...p.nodes, ...p.edges]) if (variable) this.names.reserve(variable.text);
    const paths = clauses.flatMap(({ patterns }, clause) => patterns.map((p) => this.readPath(p, clause)));
    for (const c of clauses) this.written.push(...conjuncts(c.where));
    const refs = this.references();
    const conditions = replaceReferences([...this.written, ...conjuncts(where)], refs);
    for (const [edge, list] of this.steps)
      (edge.stepConditions as Ast.Expression[]).push(...replaceReferences(list, this.references(edge)));
    const tail = replaceInTail(tailOf(), refs);
    const found = [...this.nodes.values()];
    const elements = new Map([...found, ...this.edges].map((e) => [e.alias, e]));
    fieldsRead([conditions, tail, this.edges.map((e) => e.stepConditions)], (alias, field) => {
      if (!field.startsWith('\0')) elements.get(alias)?.fields.add(field);
    });
    return { nodes: found, edges: this.edges, paths, conditions, tail, lengths: this.pathVariables };
  }

  private readPath(pattern: Ast.PathPattern, clause: number): PatternQuery['paths'][number] {
    if (pattern.selector !== 'all')
      throw new Untranslatable('it asks for a shortest path, or any: a recursive common table finds all, and cannot stop at the first');
    if (pattern.mode !== undefined && pattern.mode !== 'trail') throw new Untranslatable(`it has the mode ${pattern.mode.toUpperCase()}`);
    const nodes = pattern.nodes.map((n) => this.readNode(n));
    const edges = pattern.edges.map((e, i) => this.readEdge(e, nodes[i] as PatternNode, nodes[i + 1] as PatternNode, clause));
    if (pattern.variable) this.pathVariables.set(pattern.variable.text, edges);
    return { nodes, edges };
  }

  private readNode(pattern: Ast.NodePattern): PatternNode {
    const known = pattern.variable && this.nodes.get(pattern.variable.text);
    const labels = labelsOf(pattern.labels);
    const alias = known?.alias ?? pattern.variable?.text ?? this.names.take('n');
    const node = known ?? { alias, labels: [...labels], fields: new Set<string>() };
    if (known) (known.labels as string[]).push(...labels.filter((l) => !known.labels.includes(l)));
    this.nodes.set(alias, node);
    this.byVariable.set(alias, node);
    this.written.push(...propertyTests(alias, pattern.properties), ...conjuncts(pattern.where));
    return node;
  }

  private readEdge(pattern: Ast.EdgePattern, left: PatternNode, right: PatternNode, clause: number): PatternEdge {
    if (pattern.inside) throw new Untranslatable('a part of its pattern is repeated');
    if (pattern.typeTest) throw new Untranslatable('it has an expression of edge types');
    if (pattern.variable && this.byVariable.has(pattern.variable.text)) throw new Untranslatable('it names an edge twice');
    const alias = pattern.variable?.text ?? this.names.take('e');
    const [from, to] = pattern.direction === 'left' ? [right, left] : [left, right];
    const edge: PatternEdge = {
      alias,
      types: pattern.types.map((t) => t.text),
      from,
      to,
      undirected: pattern.direction === 'any',
      quantifier: pattern.quantifier,
      stepConditions: [],
      fields: new Set(),
      clause,
    };
    this.edges.push(edge);
    if (!pattern.quantifier) this.byVariable.set(alias, edge);
    const tests = [...propertyTests(alias, pattern.properties), ...conjuncts(pattern.where)];
    if (pattern.quantifier) this.steps.set(edge, tests);
    else this.written.push(...tests);
    return edge;
  }

  private references(step?: PatternEdge): References {
    const lists = new Set(this.edges.filter((e) => e.quantifier && e !== step).map((e) => e.alias));
    return {
      alias: (name) =>
        this.byVariable.has(name) || this.pathVariables.has(name) || lists.has(name) || name === step?.alias ? name : undefined,
      field: (alias, name) => {
        if (this.pathVariables.has(alias) || lists.has(alias)) throw new Untranslatable(`it reads ${alias}, which is a list or a path`);
        return fieldOf(alias, name.text);
      },
      key: (alias) => {
        if (this.pathVariables.has(alias) || lists.has(alias)) throw new Untranslatable(`it reads ${alias}, which is a list or a path`);
        return fieldOf(alias, keyField);
      },
      whole: (alias) => {
        throw new Untranslatable(`it takes ${alias} as a whole; name the properties that are wanted`);
      },
      call: (e) => this.elementCall(e),
    };
  }

  private elementCall(e: Ast.FunctionCall): Ast.Expression | undefined {
    const [only] = e.arguments;
    if (only?.kind !== 'identifier') return undefined;
    const name = e.name.text.toLowerCase();
    const element = this.byVariable.get(only.name);
    if (name === 'type' && element && 'types' in element) return fieldOf(element.alias, typeField);
    if ((name === 'startnode' || name === 'endnode') && element && 'types' in element)
      throw new Untranslatable(`it asks for the ${name} of an edge`);
    if (name === 'length' && this.pathVariables.has(only.name)) return fieldOf(only.name, lengthField);
    return undefined;
  }
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
