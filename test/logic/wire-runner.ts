// The same cases over the wire: a server on a file, one connection per session, values read back from the frames.

import { connect, type ServerClient } from '../../clients/typescript/connect.ts';
import { QueryError } from '../../parser/error.ts';
import { floatText, wireJson } from '../../engines/json.ts';
import type { Value } from '../../engines/value.ts';
import type { ClientErrorShape, ClientValue } from '../../server/protocol/client.ts';
import { ClientError } from '../../server/protocol/error.ts';
import { startServer } from '../../server/serve.ts';
import { passwordOf } from './case-file.ts';
import { FrameSocket } from './frames.ts';
import type { Runner } from './run-case.ts';

export async function openWire(file: string): Promise<{
  runner(name: string, user: string | undefined): Promise<Runner>;
  frames(): Promise<FrameSocket>;
  database: undefined;
  close(): Promise<void>;
}> {
  const server = await startServer({ file, host: '127.0.0.1', port: 0 });
  let socket: FrameSocket | undefined;
  const clients = new Map<string, ServerClient>();
  return {
    database: undefined,
    async runner(name, user) {
      let client = clients.get(name);
      if (!client) {
        client = await connect(server.url, { typed: true, ...(user !== undefined && { user, password: passwordOf(user) }) });
        clients.set(name, client);
      }
      return clientRunner(client);
    },
    async frames() {
      socket = socket?.open ? socket : await FrameSocket.connect(server.url);
      return socket;
    },
    async close() {
      socket?.close();
      for (const c of clients.values()) await c.close();
      await server.stop();
    },
  };
}

function clientRunner(client: ServerClient): Runner {
  return {
    async *run(text, parameters) {
      for await (const result of asQueryErrors(client.run(text, toParameters(parameters), { typed: true }))) {
        yield {
          columns: result.columns.map((c) => c.name),
          rows: (async function* () {
            for await (const row of asQueryErrors(result)) yield row.map(clientJson);
          })(),
          async summary() {
            const { stats, notices } = await result.summary();
            const changes = Object.entries(stats).filter(
              ([name, n]) => n !== 0 && name !== 'rows' && name !== 'timeMs' && name !== 'rowsRead',
            );
            return { changes, notices: notices.map((n) => `${n.code}: ${n.message}`) };
          },
        };
      }
    },
  };
}

/** What the server reports is compared as the error of a session. */
async function* asQueryErrors<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw error instanceof ClientError ? asQueryError(error) : error;
  }
}

function asQueryError(error: ClientErrorShape): QueryError {
  const { span, hint, retryable } = error;
  return new QueryError(error.code, error.message, { span, hint, retryable, others: error.others?.map(asQueryError) });
}

function toParameters(parameters: ReadonlyMap<string, Value>): Record<string, unknown> {
  return Object.fromEntries([...parameters].map(([name, value]) => [name, plain(value)]));
}

/** Parameters of cases are JSON. */
function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, Value>)].map(([k, v]) => [k, plain(v)]));
  return value;
}

/** As wireJson prints the engine's value. */
function clientJson(value: ClientValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return wireJson(value);
  if (typeof value === 'number') return Number.isFinite(value) ? floatText(value) : wireJson(value);
  if (value instanceof Uint8Array) return wireJson(value);
  if (Array.isArray(value)) return `[${value.map(clientJson).join(',')}]`;
  return objectJson(value as { readonly [key: string]: ClientValue });
}

function objectJson(value: { readonly [key: string]: ClientValue }): string {
  const object = (entries: readonly (readonly [string, string])[]): string =>
    `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join(',')}}`;
  const fields = (names: readonly string[]): (readonly [string, string])[] => names.map((n) => [n, clientJson(value[n] ?? null)] as const);
  switch (value.$type) {
    case 'node':
      return object([['$node', object(fields(['id', 'labels', 'properties']).map(plainId))]]);
    case 'edge':
      return object([['$edge', object(fields(['id', 'type', 'from', 'to', 'properties']).map(plainId))]]);
    case 'path':
      return object([['$path', object(fields(['nodes', 'edges']))]]);
    case 'temporal':
      return object([[`$${String(value.kind)}`, JSON.stringify(value.text)]]);
    default: {
      const plainObject = object(Object.entries(value).map(([k, v]) => [k, clientJson(v)] as const));
      return Object.keys(value).some((k) => k.startsWith('$')) ? `{"$map":${plainObject}}` : plainObject;
    }
  }
}

/** Ids are plain numbers in the client's interface, and integers on the wire. */
function plainId([name, text]: readonly [string, string]): readonly [string, string] {
  return [name, /^(id|from|to)$/.test(name) ? text.replace(/\.0$/, '') : text];
}
