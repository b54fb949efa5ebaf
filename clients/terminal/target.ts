// A database file or a server's URL as a Client. What opens them is loaded only when needed, so that starting stays quick.

import { readFileSync } from 'node:fs';
import type { Client } from '../../server/protocol/client.ts';
import type { ConnectOptions } from '../typescript/connect.ts';
import type { Account } from './arguments.ts';
import { TerminalError } from './error-text.ts';

/** True for what is a server and not a file. */
export function isUrl(target: string): boolean {
  return /^(wss?|https?):\/\//i.test(target);
}

/** `interactive`: statements run on threads of their own, so that they can be cancelled and the shell stays awake; and a password can be asked for. */
export async function openTarget(
  target: string,
  options: { readonly account?: Account; readonly interactive?: boolean } = {},
): Promise<Client> {
  if (isUrl(target)) return connectTo(target, options.account ?? {}, options.interactive ?? false);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target))
    throw new TerminalError(`${target} is neither a file nor a server.`, "A server's URL begins with ws:// or wss://.");
  const { open } = await import('../../server/open.ts');
  return open(target, { threads: options.interactive ?? false });
}

async function connectTo(url: string, account: Account, interactive: boolean): Promise<Client> {
  const { connect } = await import('../typescript/connect.ts');
  const address = url.replace(/^http/i, 'ws');
  const options: ConnectOptions = { ...secretsOf(process.env), ...certificates(account), ...(account.user && { user: account.user }) };
  try {
    return await connect(address, options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'auth/required' && options.token === undefined && interactive && process.stdin.isTTY === true)
      return connect(address, { ...options, ...(await askAccount(account.user ?? userIn(address))) });
    if (code === 'protocol/unreachable') {
      const why = /\((.*(?:certificate|self.signed|SSL|TLS).*)\)/i.exec((error as Error).message)?.[1];
      if (why !== undefined)
        throw new TerminalError(
          `The certificate of ${withoutAccount(address)} is not trusted: ${why}.`,
          '--tls-ca FILE trusts those in the file.',
        );
      const advice =
        'Start one with: trefoil start (the bundled sample) or trefoil serve --db FILE. A file is opened directly: trefoil FILE';
      throw new TerminalError(`No server answers at ${withoutAccount(address)}.`, advice);
    }
    throw error;
  }
}

/** From the environment, which only the user's own programs can read. */
function secretsOf(environment: NodeJS.ProcessEnv): { readonly token?: string; readonly password?: string } {
  const { TREFOIL_TOKEN: token, TREFOIL_PASSWORD: password } = environment;
  return { ...(token ? { token } : {}), ...(password ? { password } : {}) };
}

function certificates({ tlsCa }: Account): { readonly ca?: string } {
  return tlsCa === undefined ? {} : { ca: readFileSync(tlsCa, 'utf8') };
}

async function askAccount(known: string | undefined): Promise<{ readonly user: string; readonly password: string }> {
  const { ask } = await import('./ask.ts');
  const user = known ?? (await ask('User: '));
  return { user, password: await ask(`Password of ${user}: `, { hidden: true }) };
}

function userIn(url: string): string | undefined {
  const user = /^\w+:\/\/([^/?#@:]+)[^/?#@]*@/.exec(url)?.[1];
  return user && decodeURIComponent(user);
}

/** A URL as it may be shown. */
export function withoutAccount(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#@]*@/, '$1');
}
