// The writing thread of the bare server (inserts.ts): what comes together is one transaction of SQLite.

import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const database = new Database(workerData.file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE log (id INTEGER PRIMARY KEY, x TEXT)');
const insert = database.prepare('INSERT INTO log (x) VALUES (?)');
const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];

let waiting = [];
function work() {
  const group = waiting;
  waiting = [];
  begin.run();
  for (const { x } of group) insert.run(x);
  commit.run();
  parentPort.postMessage(group.map(({ ticket }) => ticket));
}
parentPort.on('message', (order) => {
  if (waiting.length === 0) setImmediate(work);
  waiting.push(order);
});
