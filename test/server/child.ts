// A server in a process of its own, so that it can be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A server from the build, in a process of its own. */
export async function startChild(file: string): Promise<{ child: ChildProcess; url: string }> {
  const serve = new URL('../../dist/server/serve.js', import.meta.url).href;
  const script = `
    const { startServer } = await import(${JSON.stringify(serve)});
    const server = await startServer({ file: ${JSON.stringify(file)}, port: 0, readers: 1 });
    process.on('SIGTERM', () => server.stop());
    console.log(server.url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) return { child, url: line };
  throw new Error('the server did not start');
}
