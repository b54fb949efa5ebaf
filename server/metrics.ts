// Figures for Prometheus, at GET /metrics: what the statements did, how large commits are, and how the server is. Each server has a
// registry of its own.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StatementEnd } from './observe.ts';

/** What is asked for when somebody looks. */
export interface MetricSources {
  readonly version: string;
  status(): { readonly sessions: number; readonly unfinishedQueries: number; readonly readers: number; readonly stuckThreads: number };
  topology(): { readonly nodes: number; readonly edges: number };
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const commitBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export class Metrics {
  private readonly registry = new Registry();
  private readonly statements = this.counter('trefoil_statements_total', 'Statements that have ended, by model and outcome.', [
    'model',
    'outcome',
  ]);
  private readonly seconds: Histogram<'model'>;
  private readonly rows = this.counter('trefoil_rows_total', 'Rows that statements have given.', ['model']);
  private readonly plans = this.counter('trefoil_plan_cache_total', 'Plans that were looked up, by whether they were there.', ['result']);
  private readonly signIns = this.counter('trefoil_sign_ins_total', 'Sign-ins, by outcome.', ['outcome']);
  private readonly commits: Histogram;

  constructor(sources: MetricSources) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.seconds = new Histogram({
      name: 'trefoil_statement_seconds',
      help: 'Time of statements that succeeded, without waiting for their clients.',
      labelNames: ['model'],
      buckets: secondsBuckets,
      registers,
    });
    this.commits = new Histogram({
      name: 'trefoil_commit_statements',
      help: 'Autocommitted statements that shared a commit.',
      buckets: commitBuckets,
      registers,
    });
    this.gauge('trefoil_info', 'The version of the server.', () => 1, { version: sources.version });
    this.gauge('trefoil_sessions', 'Open sessions.', () => sources.status().sessions);
    this.gauge(
      'trefoil_statements_unfinished',
      'Texts of statements that run, wait or are being read.',
      () => sources.status().unfinishedQueries,
    );
    this.gauge('trefoil_reader_threads', 'Reading threads.', () => sources.status().readers);
    this.gauge('trefoil_stuck_threads', 'Threads that could not be ended.', () => sources.status().stuckThreads);
    this.gauge(
      'trefoil_topology_nodes',
      'Nodes in the base of the topology, which the threads share; 0 before the graph is first asked. Newer ones are in deltas.',
      () => sources.topology().nodes,
    );
    this.gauge('trefoil_topology_edges', 'Edges in the base of the topology.', () => sources.topology().edges);
  }

  statement(end: StatementEnd): void {
    this.statements.inc({ model: end.model, outcome: end.outcome });
    if (end.outcome === 'ok') {
      this.seconds.observe({ model: end.model }, end.workMs / 1000);
      if (end.rows > 0) this.rows.inc({ model: end.model }, end.rows);
    }
    if (end.planCached !== undefined) this.plans.inc({ result: end.planCached ? 'hit' : 'miss' });
  }

  commit(statements: number): void {
    this.commits.observe(statements);
  }

  signIn(outcome: string): void {
    this.signIns.inc({ outcome });
  }

  /** The text that Prometheus reads. */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    return { type: this.registry.contentType, body: await this.registry.metrics() };
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, value: () => number, labels: Record<string, string> = {}): void {
    new Gauge({
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [this.registry],
      collect() {
        this.set(labels, value());
      },
    });
  }
}
