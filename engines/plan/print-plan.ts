// Plans as an indented tree, one node a line: what the tests read at the stages plan, rules and cut.
//
//   project name
//     filter age > 30
//       scanTable person (name, age)

import type { GraphRef } from '../catalog.ts';
import { printExpr, printLabels } from './print-expr.ts';
import type { Pattern, PatternEdge, WalkBody } from './pattern.ts';
import { outputColumns, type Plan } from './plan.ts';
import { printAggregate, printGroups, printKeys, printWindow } from './print-grouping.ts';
import { planChildren } from './walk.ts';
import type { DocumentConflict, InsertRows, RowConflict, SetElementItem } from './writes.ts';

/** The tree as text, `depth` levels in. */
export function printPlan(plan: Plan, depth = 0): string {
  const line = `${'  '.repeat(depth)}${plan.kind}${detail(plan)}`;
  const children = planChildren(plan).filter((c) => c.kind !== 'one' || plan.kind === 'project');
  return [line, ...children.map((c) => printPlan(c, depth + 1))].join('\n');
}

function detail(plan: Plan): string {
  const text = words(plan);
  return text === '' ? '' : ` ${text}`;
}

function words(plan: Plan): string {
  switch (plan.kind) {
    case 'one':
    case 'distinct':
      return '';
    case 'values':
      return plan.rows.map((r) => `(${r.map(printExpr).join(', ')})`).join(', ');
    case 'scanTable':
      return `${plan.table.name} (${plan.columns.map((c) => c.source).join(', ')})${plan.key ? ' with rowid' : ''}`;
    case 'scanCollection':
      return `${plan.collection.name} as ${plan.doc.name}${plan.key ? ' with id' : ''}`;
    case 'scanWorking':
      return `of recursion ${plan.recursion}`;
    case 'unnest':
      return `${printExpr(plan.list)} as ${plan.element.name}${plan.position ? ` at ${plan.position.name}` : ''}${plan.outer ? ' outer' : ''}`;
    case 'match':
      return `${ofGraph(plan)}${plan.optional ? 'optional ' : ''}${printPattern(plan.pattern)}${plan.where ? ` where ${printExpr(plan.where)}` : ''}`;
    case 'traverse':
      return `${ofGraph(plan.was)}${plan.was.optional ? 'optional ' : ''}${plan.count ? 'counting ' : ''}[${plan.program.steps.map((s) => `${s.name} ${s.detail}${s.index === undefined ? '' : ` using ${s.index}`}`).join('; ')}]`;
    case 'filter':
      return printExpr(plan.predicate) + (plan.hash ? ` hashed by ${printExpr(plan.hash.inner)}` : '');
    case 'project':
      return plan.items.map((i) => named(printExpr(i.value), i.column.name)).join(', ');
    case 'join':
      return `${plan.type}${plan.lateral ? ' lateral' : ''}${plan.on ? ` on ${printExpr(plan.on)}` : ''}${plan.keys ? ` keys ${plan.keys.slot}: ${plan.keys.first} ${printExpr(plan.keys.value)}` : ''}`;
    case 'apply':
      return `${plan.mode}${plan.operand ? ` ${printExpr(plan.operand)}` : ''} as #${plan.column.id}`;
    case 'aggregate':
      return `${plan.aggregates.map((a) => printAggregate(a)).join(', ')}${printGroups(plan)}`;
    case 'window':
      return printWindow(plan);
    case 'sort':
      return printKeys(plan.keys);
    case 'limit':
      return `${plan.count ? printExpr(plan.count) : 'all'}${plan.offset ? ` from ${printExpr(plan.offset)}` : ''}`;
    case 'set':
      return `${plan.operator}${plan.all ? ' all' : ''}`;
    case 'recursive':
      return `${plan.recursion}${plan.all ? ' all' : ''}`;
    case 'callProcedure':
      return `${ofGraph(plan)}${plan.procedure}(${plan.arguments.map(printExpr).join(', ')}) yield ${plan.yields.map((y) => y.source).join(', ')}`;
    case 'insertRows':
      return `${orWord(plan.or)}${plan.table.name} (${plan.values.map((v) => v.source).join(', ')})${conflictWords(plan.conflicts)}`;
    case 'updateRows':
      return `${orWord(plan.or)}${plan.table.name} set ${plan.set.map((s) => `${s.source} = ${s.isDefault ? 'default' : printExpr(s.value)}`).join(', ')}${plan.bulk ? ' in one statement' : ''}`;
    case 'deleteRows':
      return plan.table.name;
    case 'insertDocuments':
      return `${orWord(plan.or)}${plan.collection.name} ${printExpr(plan.document)}${conflictWords(plan.conflicts)}`;
    case 'updateDocuments': {
      const set = plan.set.map((s) => `${s.path.join('.')} = ${printExpr(s.value)}`);
      return `${orWord(plan.or)}${plan.collection.name} set ${[...set, ...plan.unset.map((p) => `unset ${p.join('.')}`)].join(', ')}${plan.bulk ? ' in one statement' : ''}`;
    }
    case 'deleteDocuments':
      return plan.collection.name;
    case 'createElements':
      return [
        ...(plan.graph ? [`in ${plan.graph.name}`] : []),
        ...plan.nodes.filter((n) => !n.bound).map((n) => `(${n.column.name}${n.labels.map((l) => `:${l}`).join('')})`),
        ...plan.edges.map((e) => `-[${e.column.name}:${e.type}]->`),
      ].join(' ');
    case 'mergeElements':
      return [
        ...(plan.graph ? [`in ${plan.graph.name}`] : []),
        ...(plan.independent ? [] : ['one by one']),
        ...(plan.onCreate.length > 0 ? [`on create ${setItems(plan.onCreate)}`] : []),
        ...(plan.onMatch.length > 0 ? [`on match ${setItems(plan.onMatch)}`] : []),
      ].join(' ');
    case 'forEach':
      return '';
    case 'setElements':
      return setItems(plan.items);
    case 'deleteElements':
      return `${plan.detach ? 'detach ' : ''}${plan.values.map(printExpr).join(', ')}`;
    case 'sql':
      return `${plan.statement.text} → ${outputColumns(plan)
        .map((c) => c.name || `#${c.id}`)
        .join(', ')}`;
  }
}

function ofGraph({ graph }: { readonly graph?: GraphRef | undefined }): string {
  return graph ? `in ${graph.name} ` : '';
}

function orWord(or: InsertRows['or']): string {
  return or ? `or ${or} ` : '';
}

function conflictWords(conflicts: readonly (RowConflict | DocumentConflict)[]): string {
  return conflicts
    .map((c) => ` on conflict${c.any ? '' : ` (${c.targets.flat().join(', ')})`} ${c.update ? 'update' : 'nothing'}`)
    .join('');
}

function setItems(items: readonly SetElementItem[]): string {
  return items.map((i) => `${i.kind} ${printExpr(i.target)}`).join(', ');
}

function named(text: string, name: string): string {
  return text === name || name === '' ? text : `${text} as ${name}`;
}

/** `(a:Person {…})-[:KNOWS]->(b)`, node numbers standing in for nameless nodes. */
function printPattern(pattern: Pattern): string {
  // Nameless nodes go by their place in the pattern, as in traversal programs.
  const places = new Map<string, string>(
    pattern.nodes.flatMap((n, i) => (n.column.name === '' ? [[`#${n.column.id}`, `#${i}`] as const] : [])),
  );
  const inPattern = (text: string): string => text.replace(/#\d+\b/g, (id) => places.get(id) ?? id);
  const node = (i: number): string => {
    const n = pattern.nodes[i];
    if (!n) return '()';
    const name = n.column.name === '' ? `#${i}` : n.column.name;
    const filters = n.filters.length > 0 ? ` where ${n.filters.map((f) => inPattern(printExpr(f))).join(' and ')}` : '';
    return `(${name}${n.bound ? ' bound' : ''}${n.labels ? `:${printLabels(n.labels)}` : ''}${filters})`;
  };
  if (pattern.edges.length === 0) return pattern.nodes.map((_, i) => node(i)).join(', ');
  const lonely = pattern.nodes.map((_, i) => i).filter((i) => !pattern.edges.some((e) => e.from === i || e.to === i));
  return [...pattern.edges.map((e) => `${node(e.from)}${edge(e)}${node(e.to)}`), ...lonely.map(node)].join(', ');
}

function edge(e: PatternEdge): string {
  if (e.body) return printBody(e.body, e.selector);
  const types = e.typeTest ? `:${printLabels(e.typeTest)}` : e.types.length > 0 ? `:${e.types.join('|')}` : '';
  const length = e.quantifier ? `{${e.quantifier.min},${e.quantifier.max ?? ''}}` : '';
  const filters = e.filters.length > 0 ? ` where ${e.filters.map(printExpr).join(' and ')}` : '';
  const selector = e.selector === 'all' ? '' : ` ${e.selector}`;
  return `-[${e.column.name}${types}${filters}${selector}]-${e.direction === 'forward' ? '>' : ''}${length}`;
}

/** `-((a)-[r:R]->(b) where …){1,3}-`, with the mode and the choice of paths in front. */
export function printBody(body: WalkBody, selector: PatternEdge['selector']): string {
  const blocks = body.blocks.map((b) => {
    let text = '';
    b.nodes.forEach((n, i) => {
      const e = b.edges[i - 1];
      const types = e ? (e.typeTest ? `:${printLabels(e.typeTest)}` : e.types.length > 0 ? `:${e.types.join('|')}` : '') : '';
      if (e) text += `${e.direction === 'backward' ? '<' : ''}-[${e.column.name}${types}]-${e.direction === 'forward' ? '>' : ''}`;
      text += `(${n.column.name}${n.labels ? `:${printLabels(n.labels)}` : ''})`;
    });
    const filters = b.filters.length > 0 ? ` where ${b.filters.map(printExpr).join(' and ')}` : '';
    return `(${text}${filters})${b.min === 1 && b.max === 1 ? '' : `{${b.min},${b.max ?? ''}}`}`;
  });
  const pick = body.pick ? `shortest ${body.pick.count}${body.pick.groups ? ' groups' : ''} ` : '';
  const mode = body.mode === 'trail' ? '' : `${body.mode} `;
  return `-[${pick}${mode}${selector === 'all' ? '' : `${selector} `}${blocks.join('')}]-`;
}
