// A thread with 64 clients, so that they take no time from the thread with the server's sockets. Asked for { count, timeMs } it lets so
// many of them insert one row after another for that long, and answers with the inserts a second; { count: 0 } ends it.

import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '../../dist/clients/typescript/connect.js';

const clients = await Promise.all(Array.from({ length: 64 }, () => connect(workerData.url)));

async function insertFor(count, timeMs) {
  const begun = performance.now();
  let done = 0;
  await Promise.all(
    clients.slice(0, count).map(async (client) => {
      for (; performance.now() < begun + timeMs; done++) await client.query('INSERT INTO log (x) VALUES ($x)', { x: 'hello' }).all();
    }),
  );
  return (done * 1000) / (performance.now() - begun);
}

parentPort.on('message', async ({ count, timeMs }) => {
  if (count > 0) return parentPort.postMessage(await insertFor(count, timeMs));
  for (const client of clients) await client.close();
  parentPort.close();
});
parentPort.postMessage('ready');
