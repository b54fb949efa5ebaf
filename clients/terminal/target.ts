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

/** The person's answers to the questions of signing in, kept for connecting again, when nobody is asked. */
export interface SignIn {
  given?: { readonly user: string; readonly password: string };
  /** Somebody is there to be asked. */
  asks: boolean;
}

/** A SignIn that asks if this is a terminal. */
function askedSignIn(): SignIn {
  return { asks: process.stdin.isTTY === true && process.stderr.isTTY === true };
}

export interface TargetOptions {
  readonly account?: Account | undefined;
  /** Statements run on threads of their own, so that they can be cancelled and the shell stays awake. */
  readonly threads?: boolean;
  readonly readOnly?: boolean;
  /** Without one nobody is asked. */
  readonly signIn?: SignIn;
}

/** Fails as opening and connecting do. */
export async function openTarget(target: string, options: TargetOptions = {}): Promise<Client> {
  if (isUrl(target)) return connectTo(target, options.account ?? {}, options.signIn ?? { asks: false });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target))
    throw new TerminalError(`${target} is neither a file nor a server.`, "A server's URL begins with ws:// or wss://.");
  const { open } = await import('../../server/open.ts');
  return open(target, { threads: options.threads ?? false, readOnly: options.readOnly ?? false });
}

export interface Opened {
  readonly client: Client;
  /** Opens it again after its connection was lost, and asks nobody. Absent for a file, which is never lost. */
  readonly reconnect?: () => Promise<Client>;
}

/** Opens a target, and asks the person at the terminal for what a server wants to know. */
export async function openAsking(target: string, how: Omit<TargetOptions, 'signIn'>): Promise<Opened> {
  const signIn = askedSignIn();
  const open = (): Promise<Client> => openTarget(target, { ...how, signIn });
  const client = await open();
  signIn.asks = false;
  return { client, ...(isUrl(target) ? { reconnect: open } : {}) };
}

async function connectTo(url: string, account: Account, signIn: SignIn): Promise<Client> {
  const { connect } = await import('../typescript/connect.ts');
  const address = url.replace(/^http/i, 'ws');
  const options: ConnectOptions = {
    ...secretsOf(process.env),
    ...certificates(account),
    ...(account.user && { user: account.user }),
    ...signIn.given,
  };
  try {
    return await connect(address, options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'auth/required' && options.token === undefined && signIn.asks) return connectAsked(address, options, account, signIn);
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

const questionsMax = 3;

/** Asks again after a wrong answer. */
async function connectAsked(address: string, options: ConnectOptions, account: Account, signIn: SignIn): Promise<Client> {
  const { connect } = await import('../typescript/connect.ts');
  for (let question = 1; ; question++) {
    const given = await askAccount(account.user ?? userIn(address));
    try {
      const client = await connect(address, { ...options, ...given });
      signIn.given = given;
      return client;
    } catch (error) {
      const wrong = error instanceof Error && 'code' in error && error.code === 'auth/failed';
      if (!wrong || question === questionsMax) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
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
