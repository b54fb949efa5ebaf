// The stage `frames` of `.logic` cases: sends a query, or client frames as written, over a bare WebSocket and prints the server's
// frames, one a line. Times and session names are shown as _.

import { WebSocket } from 'ws';
import { subprotocol } from '../../server/protocol/frames.ts';

/** One connection for the cases of a file; a case that makes the server close it leaves the next one a new connection. */
export class FrameSocket {
  private readonly socket: WebSocket;
  private readonly arrived: string[] = [];
  private wake: (() => void) | undefined;
  private nextId = 1;
  open = true;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.arrived.push(String(data));
      this.wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.open = false;
      this.wake?.();
    });
  }

  /** Connected, and greeted. */
  static async connect(url: string): Promise<FrameSocket> {
    const socket = new WebSocket(url, [subprotocol]);
    const connected = new FrameSocket(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    connected.send(JSON.stringify({ type: 'hello', client: 'test', version: 1 }));
    await connected.next();
    return connected;
  }

  send(frame: string): void {
    this.socket.send(frame);
  }

  /** The id for a query that the case does not number itself. */
  takeId(): number {
    return this.nextId++;
  }

  /** Undefined once the server has closed the connection. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const text = this.arrived.shift();
      if (text !== undefined) return text;
      if (!this.open) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.terminate();
  }
}

/**
 * Sends and prints until every query is answered, a ping has its pong, or the connection is closed. A pull waits for a frame with rows
 * first, so that what the window holds back shows.
 */
export async function framesOf(text: string, socket: FrameSocket, parameters: string | undefined): Promise<string> {
  const frames = text.startsWith('{') ? text.split('\n') : [queryFrame(text, socket.takeId(), parameters)];
  const waiting = new Set(frames.map(endOf).filter((end) => end !== undefined));
  const lines: string[] = [];
  /** False: the connection is closed. */
  const receive = async (until: () => boolean): Promise<boolean> => {
    while (!until()) {
      const frame = await socket.next();
      if (frame === undefined) return false;
      lines.push(masked(frame));
      const { type, id, last } = JSON.parse(frame) as { type: string; id?: number; last?: boolean };
      if (type === 'pong') waiting.delete('pong');
      if (type === 'error' || (type === 'done' && last)) waiting.delete(`${id}`);
    }
    return true;
  };
  const rowFrames = (): number => lines.filter((line) => line.startsWith('{"type":"rows"')).length;
  for (const frame of frames) {
    const before = rowFrames();
    if (frame.startsWith('{"type":"pull"') && !(await receive(() => rowFrames() > before || waiting.size === 0))) break;
    socket.send(frame);
  }
  const open = await receive(() => waiting.size === 0);
  return [...lines, ...(open ? [] : ['closed'])].join('\n');
}

function queryFrame(text: string, id: number, parameters: string | undefined): string {
  return `{"type":"query","id":${id},"text":${JSON.stringify(text)}${parameters === undefined ? '' : `,"params":${parameters}`}}`;
}

/** What ends the answer to a client frame: its query's end, the pong, or (for what the server cannot read) the end of the connection. */
function endOf(frame: string): string | undefined {
  try {
    const { type, id } = JSON.parse(frame) as { type?: string; id?: number };
    if (type === 'query') return `${id}`;
    if (type === 'ping') return 'pong';
    if (type === 'pull' || type === 'discard' || type === 'cancel') return undefined;
  } catch {
    return 'closed';
  }
  return 'closed';
}

function masked(frame: string): string {
  return frame.replace(/"timeMs":[\d.e+-]+/g, '"timeMs":_').replace(/"session":"[^"]*"/g, '"session":"_"');
}
