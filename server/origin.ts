// Which web pages may use the server. A page of another origin may neither post a query nor open a socket; and a name that someone points
// at this machine (DNS rebinding) is not taken for the machine's own.

import type { IncomingMessage } from 'node:http';

/** `origins` are those of pages that may come in, such as `https://app.example`; `loopback`: the server listens on a loopback address. */
export interface OriginOptions {
  readonly origins: readonly string[];
  readonly loopback: boolean;
}

/**
 * Programs send no Origin; browsers do, at least with whatever changes something. A page may use the server that served it: then Origin and
 * Host name the same host. On a loopback address Host must be a loopback name too, or else any name that resolves to it could be "the same host".
 */
export function originAllowed(request: IncomingMessage, options: OriginOptions): boolean {
  const { origin, host } = request.headers;
  if (options.loopback && host !== undefined && !isLoopback(hostname(host)) && !options.origins.some((known) => hostOf(known) === host))
    return false;
  if (origin === undefined) return true;
  return options.origins.includes(origin) || (hostOf(origin) !== undefined && hostOf(origin) === host);
}

/** True for names and addresses that mean this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** Without the port. */
function hostname(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
