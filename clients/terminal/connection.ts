// The shell's connection to its server, which may go away and come back. A lost one is told at once, also while the person types, and
// opened again as soon as the server answers; nothing is run again by itself.

import type { Client } from '../../server/protocol/client.ts';

/** How often a lost server is asked for. */
const retryMs = 2000;

export interface ConnectionOptions {
  /** Opens the target again. Absent for what has no connection: it is never lost. */
  readonly reconnect?: (() => Promise<Client>) | undefined;
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
  private retry: NodeJS.Timeout | undefined;
  private opening: Promise<void> | undefined;
  private closed = false;

  constructor(client: Client, options: ConnectionOptions) {
    this.client = client;
    this.given = client;
    this.options = options;
    this.watch();
  }

  /** Says that the connection is gone, as an answer told. */
  lost(): void {
    if (!this.connected || !this.options.reconnect || this.closed) return;
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
    const client = await this.options.reconnect?.();
    if (!client || this.connected) return;
    if (this.closed) return client.close();
    clearTimeout(this.retry);
    if (this.client !== this.given) await this.client.close().catch(() => undefined);
    this.client = client;
    this.connected = true;
    this.watch();
    this.options.onBack();
  }
}
