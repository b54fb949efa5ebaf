// The shell's connection to its server, which may go away and come back. A lost one is told at once, also while the person types, and
// opened again as soon as the server answers; nothing is run again by itself.

import type { Client } from '../../server/protocol/client.ts';
import type { Opened } from './target.ts';

/** How often a lost server is asked for. */
const retryMs = 2000;

export interface ConnectionOptions {
  /** Told once when the connection is lost and once when there is a new one. */
  readonly onLost: () => void;
  readonly onBack: () => void;
}

export class Connection {
  client: Client;
  connected = true;
  /** Whoever opened the first client closes it. */
  private readonly given: Client;
  private readonly options: ConnectionOptions;
  private reconnect: Opened['reconnect'];
  private retry: NodeJS.Timeout | undefined;
  private opening: Promise<void> | undefined;
  private closed = false;

  constructor({ client, reconnect }: Opened, options: ConnectionOptions) {
    this.client = client;
    this.given = client;
    this.reconnect = reconnect;
    this.options = options;
    this.watch();
  }

  /** Goes over to another database, and closes the one before. */
  async moveTo({ client, reconnect }: Opened): Promise<void> {
    clearTimeout(this.retry);
    const before = this.client;
    this.client = client;
    this.reconnect = reconnect;
    this.connected = true;
    this.watch();
    await before.close().catch(() => undefined);
  }

  /** Says that the connection is gone, as an answer told. */
  lost(): void {
    if (!this.connected || !this.reconnect || this.closed) return;
    this.connected = false;
    this.options.onLost();
    this.tryLater();
  }

  /** Connects if there is no connection; fails as connecting fails. */
  async ready(): Promise<void> {
    if (this.connected) return;
    await this.open();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    if (this.client !== this.given) await this.client.close();
  }

  private watch(): void {
    const { client } = this;
    if ('closed' in client && client.closed instanceof Promise) {
      void client.closed.then(() => {
        if (client === this.client) this.lost();
      });
    }
  }

  private tryLater(): void {
    this.retry = setTimeout(() => {
      this.open().catch((error: unknown) => {
        // What does not let the person in now would only count the attempts.
        const refused = error instanceof Error && 'code' in error && String(error.code).startsWith('auth/');
        if (!this.connected && !this.closed && !refused) this.tryLater();
      });
    }, retryMs);
    this.retry.unref();
  }

  private open(): Promise<void> {
    this.opening ??= this.openOnce().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async openOnce(): Promise<void> {
    const client = await this.reconnect?.();
    if (!client) return;
    // Meanwhile the shell was left, or went over to another database.
    if (this.closed || this.connected) return client.close();
    clearTimeout(this.retry);
    if (this.client !== this.given) await this.client.close().catch(() => undefined);
    this.client = client;
    this.connected = true;
    this.watch();
    this.options.onBack();
  }
}
