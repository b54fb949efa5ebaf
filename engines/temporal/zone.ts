// Time zones: an offset in seconds, or a name of the IANA database, whose offsets the platform's Intl knows.
//
//   readZone('+02:00')   7200       readZone('europe/stockholm')   'Europe/Stockholm'      offsetText(7200)   '+02:00'

/** Seconds east of UTC, or a name. */
export type Zone = number | string;

const offsetMax = 18 * 3600;
const offsetForm = /^([+-])(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?$/;

/** `Z`, `+02`, `+0200`, `+02:00`, `+02:05:59` as seconds. Undefined if it is none, or beyond 18 hours. */
export function readOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const parts = offsetForm.exec(text);
  if (parts === null) return undefined;
  const [minutes, seconds] = [Number(parts[3] ?? 0), Number(parts[4] ?? 0)];
  const size = Number(parts[2]) * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || size > offsetMax) return undefined;
  return parts[1] === '-' && size > 0 ? -size : size;
}

/** `Z`, `+02:00`, or `+02:05:59` where there are seconds. */
export function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const size = Math.abs(offset);
  const two = (n: number): string => String(n).padStart(2, '0');
  const seconds = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds}`;
}

interface NamedZone {
  readonly name: string;
  readonly clock: Intl.DateTimeFormat;
}

const named = new Map<string, NamedZone | undefined>();
/** What users ask for is a handful; the bound keeps a stream of invented names from filling memory. */
const namedMax = 1000;

function namedZone(text: string): NamedZone | undefined {
  const known = named.get(text);
  if (known !== undefined || named.has(text)) return known;
  if (named.size >= namedMax) named.clear();
  const zone = makeZone(text);
  named.set(text, zone);
  return zone;
}

function makeZone(text: string): NamedZone | undefined {
  if (!/^[A-Za-z][\w+\-/]*$/.test(text)) return undefined;
  try {
    const clock = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'longOffset' });
    const resolved = clock.resolvedOptions().timeZone;
    // Another name of the same zone stays as it was written.
    return { name: resolved.toLowerCase() === text.toLowerCase() ? resolved : text, clock };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** An offset or a name. Undefined if there is no such zone. */
export function readZone(text: string): Zone | undefined {
  return readOffset(text) ?? namedZone(text)?.name;
}

const cycleDays = 146_097;
const firstKnownDay = -719_162; // 0001-01-01
const lastKnownDay = 2_932_896; // 9999-12-31
const dayMs = 86_400_000;

/** How many days to go to where Date reaches and the zones' rules are at home; years outside 1 to 9999 follow the rules of the cycle next to it. */
function shift(days: number): number {
  if (days > lastKnownDay) return -Math.ceil((days - lastKnownDay) / cycleDays) * cycleDays;
  if (days < firstKnownDay) return Math.ceil((firstKnownDay - days) / cycleDays) * cycleDays;
  return 0;
}

/** The offset of a zone at an instant, which is given as day and nanoseconds of UTC. */
export function offsetAt(zone: Zone, days: number, nanoseconds: number): number {
  return typeof zone === 'number' ? zone : offsetAtMs(zone, (days + shift(days)) * dayMs + Math.floor(nanoseconds / 1e6));
}

function offsetAtMs(name: string, ms: number): number {
  const zone = namedZone(name);
  if (zone === undefined) throw new Error(`there is no time zone ${name}`);
  const found = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(zone.clock.format(ms));
  if (found === null) return 0;
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0);
  return found[1] === '-' ? -size : size;
}

export interface LocalTime {
  readonly days: number;
  readonly nanoseconds: number;
  readonly offset: number;
}

/** The offset that a zone has at a local time. In a gap the clock is put forward; of two the earlier instant is meant. */
export function atLocal(zone: Zone, days: number, nanoseconds: number): LocalTime {
  if (typeof zone === 'number') return { days, nanoseconds, offset: zone };
  const moved = shift(days);
  const ms = (days + moved) * dayMs + Math.floor(nanoseconds / 1e6);
  const before = offsetAtMs(zone, ms - dayMs);
  const after = offsetAtMs(zone, ms + dayMs);
  for (const offset of [before, after]) if (offsetAtMs(zone, ms - offset * 1000) === offset) return { days, nanoseconds, offset };
  const instant = ms - before * 1000;
  const offset = offsetAtMs(zone, instant);
  const local = instant + offset * 1000;
  const localDays = Math.floor(local / dayMs);
  return { days: localDays - moved, nanoseconds: (local - localDays * dayMs) * 1e6 + (nanoseconds % 1e6), offset };
}
