// What a traversal program looks like in EXPLAIN: a line per move, look-up, filter and weight.

import type { TraversalProgram } from '../engine.ts';
import { printExpr, printLabels } from '../plan/print-expr.ts';
import { printBody } from '../plan/print-plan.ts';
import type { Choice } from './order.ts';
import type { Access, AccessValue, Move, Program, Way, Weight } from './program.ts';

type Step = TraversalProgram['steps'][number];

/** One line per step. The estimates are those of the choices, in order. */
export function printSteps(program: Omit<Program, 'steps'>, choices: readonly Choice[]): Step[] {
  const steps: Step[] = [];
  let next = 0;
  const estimate = (): { estimatedRows?: number } => {
    const rows = choices[next++]?.rows;
    return rows === undefined ? {} : { estimatedRows: Math.max(0, Math.round(rows)) };
  };
  for (const stage of program.stages) {
    if (stage.kind === 'filter') {
      steps.push({ name: 'filter', detail: stage.conditions.map((c) => printExpr(c.expr)).join(' AND ') });
    } else if (stage.kind === 'lookup') {
      steps.push({
        name: stage.access.kind === 'hash' ? 'hashLookup' : 'lookup',
        ...accessDetail(program, stage.node, stage.access),
        ...estimate(),
      });
    } else {
      for (const move of stage.moves) {
        const chosen = move.kind === 'bound' || move.kind === 'boundEdge' || move.kind === 'again' ? {} : estimate();
        steps.push({ ...printMove(program, move), ...chosen });
      }
    }
  }
  if (program.tally) {
    const { weight, otherNodes, otherEdges } = program.tally;
    const without = [
      ...otherNodes.map((n) => nodeName(program, n)),
      ...otherEdges.map((e) => `[${program.match.pattern.edges[e]?.column.name ?? ''}]`),
    ];
    steps.push({
      name: 'tally',
      detail: printWeight(program, weight) + (without.length > 0 ? ` without ${without.join(', ')}` : ''),
      ...estimate(),
    });
  }
  for (const weight of program.weights) steps.push({ name: 'weigh', detail: printWeight(program, weight) });
  return steps;
}

const seekNames = { ids: 'idSeek', index: 'indexSeek', hash: 'hashSeek' } as const;

function printMove(program: Omit<Program, 'steps'>, move: Move): Step {
  const checks = move.checks.map((c) => ` ${nodeName(program, c.left)} ${c.operator} ${nodeName(program, c.right)}`).join(',');
  const where = checks ? ` where${checks}` : '';
  switch (move.kind) {
    case 'bound':
    case 'again':
      return { name: 'bound', detail: nodeDetail(program, move.node) + where };
    case 'boundEdge':
      return { name: 'bound', detail: `[${program.match.pattern.edges[move.edge]?.column.name ?? ''}]${where}` };
    case 'scan':
      return { name: move.label === undefined ? 'nodeScan' : 'labelScan', detail: nodeDetail(program, move.node) + where };
    case 'list': {
      const detail = accessDetail(program, move.node, move.access);
      return { name: seekNames[move.access.kind], ...detail, detail: detail.detail + where };
    }
    case 'expand':
    case 'close':
    case 'walk':
    case 'trails':
    case 'reach':
    case 'shortest':
      return { name: move.kind, detail: edgeDetail(program, move.edge, move.start, move.end, move.way) + where };
  }
}

function accessDetail(program: Omit<Program, 'steps'>, node: number, access: Access): { detail: string; index?: string } {
  if (access.kind === 'ids') return { detail: `${nodeDetail(program, node)} id ${printValue(access.value)}` };
  const detail = `${nodeDetail(program, node)} ${access.path.join('.')} ${printValue(access.value)}`;
  return access.kind === 'hash' ? { detail } : { detail, index: access.index };
}

function printValue(value: AccessValue): string {
  switch (value.kind) {
    case 'equal':
      return `= ${printExpr(value.value)}`;
    case 'in':
      return `IN ${printExpr(value.list)}`;
    case 'keys':
      return `IN keys of join ${value.slot}`;
    case 'prefix':
      return `STARTS WITH ${printExpr(value.value)}`;
    case 'range': {
      const low = value.low ? [`>${value.low.inclusive ? '=' : ''} ${printExpr(value.low.value)}`] : [];
      const high = value.high ? [`<${value.high.inclusive ? '=' : ''} ${printExpr(value.high.value)}`] : [];
      return [...low, ...high].join(' and ');
    }
  }
}

function nodeName(program: Omit<Program, 'steps'>, node: number): string {
  return program.match.pattern.nodes[node]?.column.name || `#${node}`;
}

function nodeDetail(program: Omit<Program, 'steps'>, node: number): string {
  const labels = program.labels[node];
  return `(${nodeName(program, node)}${labels ? `:${printLabels(labels)}` : ''})`;
}

function edgeDetail(program: Omit<Program, 'steps'>, index: number, start: number, end: number, way: Way): string {
  const edge = program.match.pattern.edges[index];
  if (edge?.body)
    return `(${nodeName(program, start)})${way === 'in' ? '<' : ''}${printBody(edge.body, edge.selector)}${way === 'in' ? '' : '>'}${nodeDetail(program, end)}`;
  const types = edge?.typeTest ? `:${printLabels(edge.typeTest)}` : edge && edge.types.length > 0 ? `:${edge.types.join('|')}` : '';
  const quantifier = edge?.quantifier ? `{${edge.quantifier.min},${edge.quantifier.max ?? ''}}` : '';
  const inner = `[${edge?.column.name ?? ''}${types}]`;
  return `(${nodeName(program, start)})${way === 'in' ? '<' : ''}-${inner}-${way === 'out' ? '>' : ''}${quantifier}${nodeDetail(program, end)}`;
}

function printWeight(program: Omit<Program, 'steps'>, weight: Weight): string {
  const below = weight.below.map((b) => printWeight(program, b)).join(', ');
  return edgeDetail(program, weight.edge, weight.at, weight.end, weight.way) + (below ? ` × {${below}}` : '');
}
