// `trefoil serve` and `trefoil start`: starts the server, loads the sample if asked, and stops in order on a signal. `start` on a
// terminal opens the shell on its own server and stops with it.

import { openLog, type RunningServer, startServer, surviveBugs } from '../../server/serve.ts';
import type { ServeInvocation } from './arguments.ts';
import { TerminalError } from './error-text.ts';
import { loadSample, sampleGreeting } from './sample.ts';
import { type Streams, write } from './streams.ts';
import { openAsking, openTarget } from './target.ts';

/** Serves until a signal comes, or until the shell is left. Returns the exit code. */
export async function serve(invocation: ServeInvocation, streams: Streams, interactive: boolean): Promise<number> {
  const { operation } = invocation;
  const level = operation.logLevel ?? (streams.errors.isTTY ? 'warn' : 'info');
  const log = openLog(level);
  const server = await startOrExplain(invocation, log);
  const stop = stopSignal(operation.tls && (() => reload(server, streams)));
  const endSurviving = surviveBugs(process, (text) => log.error({}, text));
  try {
    const loaded = invocation.sample && (await offerSample(server, invocation, streams));
    if (invocation.kind === 'start' && interactive) {
      const { runShell } = await import('./shell.ts');
      const { client } = await openAsking(server.url, {});
      await Promise.race([
        runShell(client, { streams, mode: 'table', target: server.url, ...(loaded ? { greeting: sampleGreeting(server.url) } : {}) }),
        stop,
      ]);
      await client.close().catch(() => undefined);
    } else {
      const keep = invocation.file === undefined ? '\nIt is gone when the server stops; --db FILE keeps one.' : '';
      await write(streams.output, `Serving ${describe(invocation)} on ${server.url}${keep}\nCtrl-C stops the server.\n`);
      await stop;
    }
  } finally {
    const { stuckThreads } = await server.stop();
    endSurviving();
    // A thread that will not end keeps the process alive, whatever exit() says.
    if (stuckThreads > 0) process.kill(process.pid, 'SIGKILL');
  }
  return 0;
}

async function startOrExplain(invocation: ServeInvocation, log: ReturnType<typeof openLog>): Promise<RunningServer> {
  const { file, host, port, operation, settings } = invocation;
  const { tls, origins, readOnly, slowMs } = operation;
  try {
    return await startServer({
      file: file ?? ':memory:',
      host,
      port,
      log,
      ...settings,
      ...(tls && { tls }),
      ...(origins && { origins }),
      ...(readOnly && { readOnly }),
      ...(slowMs === undefined ? {} : { limits: { ...settings.limits, slowStatementMs: slowMs } }),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/EADDRINUSE/.test(message)) {
      throw new TerminalError(
        `Port ${port} is in use on ${host}.`,
        `If a Trefoil server runs there, open it with: trefoil shell ws://${host}:${port} – else choose another port with --port.`,
      );
    }
    if (/EACCES/.test(message))
      throw new TerminalError(`Port ${port} may not be opened: permission denied.`, 'Ports below 1024 belong to the system.');
    if (/EADDRNOTAVAIL|ENOTFOUND/.test(message)) throw new TerminalError(`This machine has no address ${host}.`);
    throw error;
  }
}

async function offerSample(server: RunningServer, invocation: ServeInvocation, streams: Streams): Promise<boolean> {
  // By the file, since the server may ask for a user.
  const client = await openTarget(server.file);
  try {
    const loaded = await loadSample(client, streams);
    if (!loaded) await write(streams.output, 'The database is not empty, so the sample was not loaded.\n');
    return loaded;
  } finally {
    await client.close();
  }
}

function describe(invocation: ServeInvocation): string {
  const what = invocation.file ?? 'a temporary database';
  return invocation.sample && invocation.file === undefined ? `the bundled sample in ${what}` : what;
}

/** A certificate that cannot be used is told, and the old one stays. */
function reload(server: RunningServer, streams: Streams): void {
  try {
    server.reloadCertificate();
  } catch (error) {
    void write(streams.errors, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. SIGHUP reloads if there is something to reload. */
function stopSignal(reloads: (() => void) | undefined): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (signal === 'SIGHUP' && reloads !== undefined) return reloads();
        if (++signals > 1) process.kill(process.pid, 'SIGKILL');
        resolve();
      });
    }
  });
}
