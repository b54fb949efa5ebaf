// A database file or a server's URL as a Client. What opens them is loaded only when needed, so that starting stays quick.

import type { Client } from '../../server/protocol/client.ts';
import { TerminalError } from './error-text.ts';

/** True for what is a server and not a file. */
export function isUrl(target: string): boolean {
  return /^(wss?|https?):\/\//i.test(target);
}

/** `interactive`: statements run on threads of their own, so that they can be cancelled and the shell stays awake. */
export async function openTarget(
  target: string,
  options: { readonly token?: string | undefined; readonly interactive?: boolean } = {},
): Promise<Client> {
  if (isUrl(target)) return connectTo(target, options.token);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target))
    throw new TerminalError(`${target} is neither a file nor a server.`, "A server's URL begins with ws:// or wss://.");
  const { open } = await import('../../server/open.ts');
  return open(target, { threads: options.interactive ?? false });
}

async function connectTo(url: string, token: string | undefined): Promise<Client> {
  const { connect } = await import('../typescript/connect.ts');
  const address = url.replace(/^http/i, 'ws');
  try {
    return await connect(address, token === undefined ? {} : { token });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'protocol/unreachable') {
      const advice =
        'Start one with: trefoil start (the bundled sample) or trefoil serve --db FILE. A file is opened directly: trefoil FILE';
      throw new TerminalError(`No server answers at ${address}.`, advice);
    }
    throw error;
  }
}
