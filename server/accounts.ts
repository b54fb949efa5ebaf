// Signing in: what a client shows (a password or a token) becomes the user that its session belongs to. Passwords are checked off the
// main thread, a few at a time; a wrong name takes as long as a wrong password; failures are limited (attempts.ts).

import { createHmac, randomBytes } from 'node:crypto';
import type { UserInfo } from '../engines/catalog.ts';
import type { Credentials } from '../engines/engine.ts';
import { isPassword, tokenHash } from '../engines/users/password.ts';
import type { Principal } from '../engines/users/rights.ts';
import { QueryError } from '../parser/error.ts';
import { Attempts } from './attempts.ts';
import type { Limits } from './limits.ts';

/** Where users are read. */
export interface UserSource {
  users(): readonly UserInfo[];
  credentials(name: string): Promise<Credentials | undefined>;
  tokenHolder(hash: string): Promise<Principal | undefined>;
}

/** Who a session belongs to: `anyone` where the file has no users. */
export type Holder = Principal | 'anyone';

/** For the log and the figures. */
export interface SignInAttempt {
  /** `ok` or the code of the error. */
  readonly outcome: string;
  readonly address: string;
  readonly user?: string;
}

type Shown =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string };

/** Passwords that were right, kept for `signInKeptMs`. */
const keptMax = 1000;

export class Accounts {
  private readonly source: UserSource;
  private readonly limits: Limits;
  private readonly loopback: boolean;
  private readonly told: (attempt: SignInAttempt) => void;
  private readonly attempts: Attempts;
  private readonly secret = randomBytes(32);
  private readonly kept = new Map<string, number>();
  private checking = 0;
  private readonly waiting: (() => void)[] = [];

  /** `loopback`: without users whoever reaches the server may do everything. */
  constructor(source: UserSource, limits: Limits, loopback: boolean, told: (attempt: SignInAttempt) => void = () => {}) {
    this.source = source;
    this.limits = limits;
    this.loopback = loopback;
    this.told = told;
    this.attempts = new Attempts(limits);
  }

  /** Fails with `auth/*`. */
  async signIn(auth: unknown, address: string): Promise<Holder> {
    const user = nameIn(auth);
    const tell = (outcome: string): void => this.told({ outcome, address, ...(user !== undefined && { user }) });
    try {
      const holder = await this.letIn(auth, address);
      tell('ok');
      return holder;
    } catch (error) {
      tell(error instanceof QueryError ? error.code : 'internal/bug');
      throw error;
    }
  }

  private async letIn(auth: unknown, address: string): Promise<Holder> {
    if (this.source.users().length === 0) {
      if (this.loopback) return 'anyone';
      throw new QueryError('auth/required', 'The file has no users any more, so nobody may come in from elsewhere.');
    }
    const shown = shownIn(auth);
    const succeeded = this.attempts.begin(address, shown.kind === 'password' ? shown.user : undefined);
    const holder = shown.kind === 'token' ? await this.source.tokenHolder(tokenHash(shown.token)) : await this.byPassword(shown);
    if (holder === undefined)
      throw new QueryError('auth/failed', shown.kind === 'token' ? 'The token is wrong.' : 'The user or the password is wrong.');
    succeeded();
    return holder;
  }

  private async byPassword({ user, password }: Shown & { kind: 'password' }): Promise<Principal | undefined> {
    const known = await this.source.credentials(user);
    // HTTP shows the password with every request, and each check costs a tenth of a second.
    const key = known && this.keyOf(known, password);
    if (key !== undefined && (this.kept.get(key) ?? 0) > performance.now()) return known?.principal;
    await this.enter();
    try {
      if (!(await isPassword(password, known?.password))) return undefined;
    } finally {
      this.leave();
    }
    if (key !== undefined) this.keep(key);
    return known?.principal;
  }

  private keyOf({ principal }: Credentials, password: string): string {
    const parts = JSON.stringify([principal.user, principal.passwordNumber, password]);
    return createHmac('sha256', this.secret).update(parts).digest('base64');
  }

  private keep(key: string): void {
    if (this.kept.size >= keptMax) this.kept.clear();
    this.kept.set(key, performance.now() + this.limits.signInKeptMs);
  }

  private async enter(): Promise<void> {
    if (this.checking >= this.limits.signInsAtOnce) {
      if (this.waiting.length >= this.limits.signInsWaiting)
        throw new QueryError('limit/queue', 'Too many are signing in.', { retryable: true, hint: 'Try again in a moment.' });
      // Whoever leaves hands its place over, so that nobody else comes in between.
      return new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.checking++;
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.checking--;
  }
}

/** Cut, because anybody may send anything. */
function nameIn(auth: unknown): string | undefined {
  const user = typeof auth === 'object' && auth !== null && 'user' in auth ? auth.user : undefined;
  return typeof user === 'string' ? user.slice(0, 128) : undefined;
}

/** Throws `auth/required` when nothing is shown, and `auth/failed` for what is neither a token nor a password. */
function shownIn(auth: unknown): Shown {
  if (auth === undefined || auth === null)
    throw new QueryError('auth/required', 'This server asks everyone to sign in.', { hint: 'Give a user and a password, or a token.' });
  const { user, password, token } = typeof auth === 'object' ? (auth as { readonly [field: string]: unknown }) : {};
  if (typeof token === 'string') return { kind: 'token', token };
  if (typeof user === 'string' && typeof password === 'string') return { kind: 'password', user, password };
  throw new QueryError('auth/failed', 'This is neither a token nor a user with a password.', {
    hint: 'auth is {"user": …, "password": …} or {"token": …}.',
  });
}
