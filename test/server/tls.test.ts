// TLS: wss and https on one port, with a certificate that is made here, and read anew.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, expect, it } from 'vitest';
import { startServer } from '../../server/serve.ts';
import { client, failure, start } from './started.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };

async function certificate(name: string): Promise<string> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  writeFileSync(files.cert, made.cert);
  writeFileSync(files.key, made.private);
  return made.cert;
}

const ca = await certificate('first');
const server = await start({ tls: files });

it('A client that trusts the certificate speaks with the server over TLS.', async () => {
  expect(server.url).toMatch(/^wss:/);
  const db = await client(server, { ca });
  expect(await db.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
  const status = await new Promise((resolve, reject) =>
    get({ host: '127.0.0.1', port: server.port, path: '/health', ca }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject),
  );
  expect(status).toBe(200);
});

it('A client that does not trust it says why it does not connect.', async () => {
  await expect(client(server)).rejects.toMatchObject({ code: 'protocol/unreachable', message: expect.stringMatching(/self.signed/) });
});

it('Without TLS nothing is answered on the port.', async () => {
  expect(await failure(client({ ...server, url: server.url.replace('wss', 'ws') }))).toBe('protocol/unreachable');
});

it('A new certificate is used after a reload, and one that is broken is refused and changes nothing.', async () => {
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      }).on('error', reject);
    });
  expect(await shown()).toBe('first');
  await certificate('second');
  server.reloadCertificate();
  expect(await shown()).toBe('second');
  writeFileSync(files.cert, 'no certificate');
  expect(() => server.reloadCertificate()).toThrow(expect.objectContaining({ code: 'protocol/tls' }));
  expect(await shown()).toBe('second');
  await expect(startServer({ file: ':memory:', port: 0, tls: files })).rejects.toMatchObject({ code: 'protocol/tls' });
});
