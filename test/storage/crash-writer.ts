// The child of crash.test.ts: writes to all three models in one transaction after another, and says a number on standard output once its
// transaction is committed. It runs until it is killed.

import { writeSync } from 'node:fs';
import { openStorage } from '../../engines/sql/sqlite/storage.ts';

const storage = await openStorage(process.argv[2] ?? '');
const { connection, graph, rows } = storage;
const table = storage.catalog().table('t');
const collection = storage.catalog().collection('c');
if (!table || !collection) throw new Error('the test makes the table and the collection');
for (;;) {
  await connection.begin();
  const n = ((connection.get('SELECT max(n) FROM t')?.[0] as bigint | null) ?? 0n) + 1n;
  await rows.insertRows(table, ['n'], [[n]]);
  await rows.insertDocuments(collection, [new Map([['n', n]])]);
  const label = await graph.labels.intern(`Label${n % 7n}`);
  const [node = 0] = await graph.createNodes([{ labels: [label], properties: new Map([['n', n]]) }]);
  await graph.createEdges([{ type: await graph.types.intern('SELF'), from: node, to: node, properties: new Map() }]);
  await connection.commit();
  writeSync(1, `${n}\n`);
}
