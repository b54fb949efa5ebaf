// One query in flight, on the client's side: the server's events wait here until the program reads them, and reading opens the window
// again. At most `windowRows` rows are on their way or waiting.

import type { ClientProgress, ClientSummary, ClientValue } from './client.ts';
import type { WireColumn } from './frames.ts';

export type FlightEvent =
  | { readonly kind: 'head'; readonly columns: readonly WireColumn[] }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly ClientValue[])[] }
  | { readonly kind: 'done'; readonly last: boolean; readonly summary: ClientSummary }
  | { readonly kind: 'error'; readonly error: Error };

export interface FlightSender {
  pull(rows: number): void;
  discard(): void;
  cancel(): void;
}

export interface FlightOptions {
  readonly windowRows: number;
  readonly typed: boolean;
  readonly sole: boolean;
  readonly onProgress?: ((progress: ClientProgress) => void) | undefined;
}

export class Flight {
  readonly typed: boolean;
  /** The text has one statement for certain. */
  readonly sole: boolean;
  readonly onProgress: ((progress: ClientProgress) => void) | undefined;
  private readonly sender: FlightSender;
  private readonly windowRows: number;
  private readonly events: FlightEvent[] = [];
  private wake: (() => void) | undefined;
  private readRows = 0;
  private over = false;
  private discarded = false;

  constructor(sender: FlightSender, options: FlightOptions) {
    this.sender = sender;
    this.windowRows = options.windowRows;
    this.typed = options.typed;
    this.sole = options.sole;
    this.onProgress = options.onProgress;
  }

  /** The last event has come. */
  get ended(): boolean {
    return this.over;
  }

  put(event: FlightEvent): void {
    if (this.over) return;
    this.over = event.kind === 'error' || (event.kind === 'done' && event.last);
    this.events.push(event);
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  /** The next event; an error event is thrown. */
  async next(): Promise<Exclude<FlightEvent, { kind: 'error' }>> {
    for (;;) {
      const event = this.events.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      if (event.kind === 'error') {
        this.events.push(event);
        throw event.error;
      }
      return event;
    }
  }

  /** The program has taken so many rows; the window is opened when half of it is used. */
  taken(rows: number): void {
    this.readRows += rows;
    if (this.over || this.readRows * 2 < this.windowRows) return;
    this.sender.pull(this.readRows);
    this.readRows = 0;
  }

  discard(): void {
    if (this.over || this.discarded) return;
    this.discarded = true;
    this.sender.discard();
  }

  cancel(): void {
    if (!this.over) this.sender.cancel();
  }
}
