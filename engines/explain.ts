// EXPLAIN: the plan as it runs, a row per step: which engine runs it, the SQL and what SQLite will do with it, the traversal program
// with the index it uses. EXPLAIN ANALYZE runs the statement and adds rows and time per step.

import { plural } from '../parser/error.ts';
import type { GraphRef } from './catalog.ts';
import type { Engine, Notice } from './engine.ts';
import { printExpr } from './plan/print-expr.ts';
import { printAggregate, printGroups, printWindow } from './plan/print-grouping.ts';
import { outputColumns, type Plan } from './plan/plan.ts';
import { estimateRows } from './plan/estimate.ts';
import { planChildren } from './plan/walk.ts';
import type { PreparedPlan } from './prepare-statement.ts';
import { batchRowsDefault, emptyStats, makeContext } from './run-context.ts';
import { runPlan } from './rows/run.ts';
import type { RunOptions } from './session.ts';
import type { TableOfRows } from './show.ts';
import type { Row } from './value.ts';

interface Setting {
  readonly engine: Engine;
  readonly options: RunOptions;
  readonly notices: Notice[];
}

type Profile = Map<Plan, { rows: number; timeMs: number; calls: number }>;

/** The answer to EXPLAIN; with `analyze` the plan is run first. */
export async function explain(prepared: PreparedPlan, analyze: boolean, setting: Setting): Promise<TableOfRows> {
  const profile: Profile = new Map();
  if (analyze) await runProfiled(prepared.plan, profile, setting);
  if (analyze && prepared.writes)
    setting.notices.push({ code: 'notice/executed', message: 'The statement was executed: what it writes is written.' });
  const lines: Row[] = [];
  addLines(prepared.plan, 0, lines, analyze ? profile : undefined, setting.engine);
  const columns: TableOfRows['columns'] = [
    { name: 'step', type: 'text' },
    { name: 'engine', type: 'text' },
    { name: 'detail', type: 'text' },
    { name: 'estimate', type: 'integer' },
    ...(analyze
      ? ([
          { name: 'rows', type: 'integer' },
          { name: 'timeMs', type: 'float' },
        ] as const)
      : []),
  ];
  return { columns, rows: lines };
}

async function runProfiled(plan: Plan, profile: Profile, setting: Setting): Promise<void> {
  const context = makeContext({
    engine: setting.engine,
    catalog: setting.engine.catalog(),
    parameters: setting.options.parameters ?? new Map(),
    batchRows: setting.options.batchRows ?? batchRowsDefault,
    check: setting.options.check ?? (() => {}),
    stats: emptyStats(),
    notices: setting.notices,
    profile,
  });
  for await (const _batch of runPlan(plan, context)) context.check();
}

function addLines(plan: Plan, depth: number, lines: Row[], profile: Profile | undefined, engine: Engine): void {
  const indent = '  '.repeat(depth);
  const measured = profile?.get(plan);
  const figures = profile ? [measured ? BigInt(measured.rows) : 0n, measured ? Math.round(measured.timeMs * 1000) / 1000 : 0] : [];
  const blank = profile ? [null, null] : [];
  lines.push([
    `${indent}${plan.kind}`,
    engineOf(plan),
    stepDetail(plan),
    BigInt(Math.round(estimateRows(plan, engine.catalog()))),
    ...figures,
  ]);
  if (plan.kind === 'sql') {
    for (const step of engine.explainSql(plan.statement))
      lines.push([`${indent}  ${'  '.repeat(step.depth)}·`, 'sqlite', step.detail, null, ...blank]);
  }
  if (plan.kind === 'traverse') {
    for (const step of plan.program.steps) {
      const index = step.index === undefined ? '' : ` using index ${step.index}`;
      lines.push([
        `${indent}  · ${step.name}`,
        'graph',
        `${step.detail}${index}`,
        step.estimatedRows === undefined ? null : BigInt(Math.round(step.estimatedRows)),
        ...blank,
      ]);
    }
  }
  for (const child of planChildren(plan)) {
    if (child.kind === 'one' && plan.kind !== 'project') continue;
    addLines(child, depth + 1, lines, profile, engine);
  }
}

/** Nothing for the default graph. */
function inGraph({ graph }: { readonly graph?: GraphRef | undefined }): string {
  return graph ? `, of ${graph.name}` : '';
}

function engineOf(plan: Plan): string {
  switch (plan.kind) {
    case 'sql':
      return 'sqlite';
    case 'traverse':
    case 'callProcedure':
    case 'createElements':
    case 'mergeElements':
    case 'setElements':
    case 'deleteElements':
      return 'graph';
    case 'insertRows':
    case 'updateRows':
    case 'deleteRows':
      return 'relational';
    case 'insertDocuments':
    case 'updateDocuments':
    case 'deleteDocuments':
      return 'document';
    default:
      return 'rows';
  }
}

/** One line that says what a step does. */
function stepDetail(plan: Plan): string {
  switch (plan.kind) {
    case 'sql':
      return plan.statement.text;
    case 'filter':
      return printExpr(plan.predicate) + (plan.hash ? `; input read once, hashed by ${printExpr(plan.hash.inner)}` : '');
    case 'project':
      return plan.items.map((i) => labelled(printExpr(i.value), i.column.name)).join(', ');
    case 'join': {
      const keys = plan.keys ? `; ${plan.keys.first} first, keys ${printExpr(plan.keys.value)} pushed` : '';
      return `${plan.type}${plan.lateral ? ' lateral' : ''}${plan.on ? ` on ${printExpr(plan.on)}` : ''}${keys}`;
    }
    case 'apply':
      return plan.operand ? `${plan.mode} ${printExpr(plan.operand)}` : plan.mode;
    case 'aggregate':
      return `${plan.aggregates.map((a) => printAggregate(a, '*')).join(' ')}${printGroups(plan)}`.trim();
    case 'window':
      return printWindow(plan);
    case 'sort':
      return plan.keys.map((k) => `${printExpr(k.value)}${k.descending ? ' desc' : ''}`).join(', ');
    case 'limit':
      return [plan.count && `count ${printExpr(plan.count)}`, plan.offset && `offset ${printExpr(plan.offset)}`].filter(Boolean).join(' ');
    case 'unnest':
      return `${printExpr(plan.list)} as ${plan.element.name}`;
    case 'set':
      return `${plan.operator}${plan.all ? ' all' : ''}`;
    case 'values':
      return plural(plan.rows.length, 'row');
    case 'scanTable':
      return plan.table.name;
    case 'scanCollection':
      return plan.collection.name;
    case 'insertRows':
    case 'deleteRows':
      return plan.table.name;
    case 'updateRows':
      return plan.table.name + (plan.bulk ? ', in one statement' : '');
    case 'insertDocuments':
    case 'deleteDocuments':
      return plan.collection.name;
    case 'updateDocuments':
      return plan.collection.name + (plan.bulk ? ', in one statement' : '');
    case 'callProcedure':
      return plan.procedure + inGraph(plan);
    case 'traverse':
      return `${plan.was.optional ? 'optional, ' : ''}${plan.count ? 'counting only, ' : ''}${plural(plan.was.pattern.nodes.length, 'node')}, ${plural(plan.was.pattern.edges.length, 'edge')}${inGraph(plan.was)}`;
    case 'match':
      return `${plural(plan.pattern.nodes.length, 'node')}, ${plural(plan.pattern.edges.length, 'edge')}${inGraph(plan)}, by the reference matcher`;
    case 'one':
    case 'scanWorking':
    case 'distinct':
    case 'recursive':
    case 'createElements':
    case 'mergeElements':
    case 'forEach':
    case 'setElements':
    case 'deleteElements':
      return outputColumns(plan)
        .map((c) => c.name)
        .filter((n) => n !== '')
        .join(', ');
  }
}

function labelled(text: string, name: string): string {
  return text === name || name === '' ? text : `${text} as ${name}`;
}
