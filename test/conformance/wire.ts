// The same cases through a server and the client library: what the client reads is turned back into the engine's values and errors,
// so that the comparison is the same. One server on loopback serves all scenarios of the TCK; the graph is emptied between them.

import { connect } from '../../clients/typescript/connect.ts';
import { EdgeValue, NodeValue, type ObjectValue, PathValue, TemporalValue, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import type { ClientEdge, ClientNode, ClientPath, ClientTemporal, ClientValue } from '../../server/protocol/client.ts';
import { float } from '../../server/protocol/encode.ts';
import { ClientError } from '../../server/protocol/error.ts';
import { startServer } from '../../server/serve.ts';
import { caseTimeoutMs, type Gathered, type Subject } from './run-texts.ts';

export interface WireServer {
  /** A new connection to the same database. */
  subject(): Promise<Subject>;
  stop(): Promise<void>;
}

/** A server on a temporary file and a free port of this machine alone. */
export async function startWireServer(): Promise<WireServer> {
  const server = await startServer({ file: ':memory:', host: '127.0.0.1', port: 0, readers: 1 });
  return {
    async subject() {
      const client = await connect(server.url, { typed: true, timeoutMs: caseTimeoutMs });
      return {
        async gather(text, parameters = new Map()) {
          let last: Gathered = { columns: [], rows: [] };
          try {
            const given = Object.fromEntries([...parameters].map(([name, value]) => [name, asParameter(value)]));
            for await (const result of client.run(text, given)) {
              const rows: Value[][] = [];
              for await (const row of result) rows.push(row.map(engineValue));
              if (result.columns.length > 0) last = { columns: result.columns.map((c) => c.name), rows };
            }
          } catch (error) {
            throw error instanceof ClientError ? asQueryError(error) : error;
          }
          return last;
        },
        close: () => client.close(),
      };
    },
    async stop() {
      await server.stop();
    },
  };
}

function asQueryError({ code, message, span, hint, retryable }: ClientError): QueryError {
  return new QueryError(code, message, { span, hint, retryable });
}

function asParameter(value: Value): unknown {
  if (typeof value === 'number') return float(value);
  if (Array.isArray(value)) return value.map(asParameter);
  if (value instanceof Map) return Object.fromEntries([...(value as ObjectValue)].map(([key, item]) => [key, asParameter(item)]));
  return value;
}

function engineValue(value: ClientValue): Value {
  if (Array.isArray(value)) return value.map(engineValue);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value as Value;
  const typed = value as ClientNode | ClientEdge | ClientPath | ClientTemporal | { readonly $type?: undefined };
  switch (typed.$type) {
    case 'node':
      return nodeValue(typed);
    case 'edge':
      return edgeValue(typed);
    case 'path':
      return new PathValue(typed.nodes.map(nodeValue), typed.edges.map(edgeValue));
    case 'temporal':
      return new TemporalValue(typed.kind, typed.text);
    case undefined:
      return objectValue(value as { readonly [key: string]: ClientValue });
  }
}

function nodeValue({ id, labels, properties }: ClientNode): NodeValue {
  return new NodeValue(Number(id), labels, objectValue(properties));
}

function edgeValue({ id, type, from, to, properties }: ClientEdge): EdgeValue {
  return new EdgeValue(Number(id), type, Number(from), Number(to), objectValue(properties));
}

function objectValue(object: { readonly [key: string]: ClientValue }): ObjectValue {
  return new Map(Object.entries(object).map(([key, value]) => [key, engineValue(value)]));
}
