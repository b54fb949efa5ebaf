// Sort keys for values that SQLite cannot order itself: a blob whose byte order is the total order of engines/compare.ts.
// Scalars at the top are ordered natively; this is for lists, objects and what is an object only in JSON (dates, bytes, NaN).

import { compareText } from '../../compare.ts';
import { durationLength } from '../../temporal/duration.ts';
import { orderText } from '../../temporal/moment.ts';
import { TemporalValue, type Value } from '../../value.ts';

const temporalRank = { date: 0, localdatetime: 1, datetime: 2, localtime: 3, time: 4, duration: 5 } as const;

/** object 0, list 3, text 5, boolean 6, number 7, temporal 8, bytes 9, null 10: the order among types. */
export function orderRank(value: Value): bigint {
  switch (typeof value) {
    case 'string':
      return 5n;
    case 'boolean':
      return 6n;
    case 'bigint':
    case 'number':
      return 7n;
    case 'undefined':
      return 10n;
    case 'object':
      if (value === null) return 10n;
      if (value instanceof Map) return 0n;
      if (Array.isArray(value)) return 3n;
      return value instanceof TemporalValue ? 8n : 9n;
  }
}

/** The key beside scalars that are ordered natively: an infinity, an object only in JSON, stands among the numbers, and NaN as a blob behind them. */
export function sortKey(value: Value): Buffer | number {
  return typeof value === 'number' && !Number.isNaN(value) ? value : orderKey(value);
}

export function orderKey(value: Value): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: Value, parts: Buffer[]): void {
  parts.push(Buffer.of(Number(orderRank(value)) + 1));
  switch (typeof value) {
    case 'string':
      parts.push(terminated(Buffer.from(value, 'utf8')));
      return;
    case 'boolean':
      parts.push(Buffer.of(value ? 1 : 0));
      return;
    case 'bigint':
    case 'number':
      parts.push(numberBytes(value));
      return;
    case 'undefined':
      return;
    case 'object':
      writeObject(value, parts);
  }
}

function writeObject(value: Value & (object | null), parts: Buffer[]): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    // An item starts with its rank + 1, so 0 is the end and sorts first.
    for (const item of value) write(item, parts);
    parts.push(Buffer.of(0));
    return;
  }
  if (value instanceof Map) {
    for (const key of [...(value as ReadonlyMap<string, Value>).keys()].sort(compareText)) {
      parts.push(Buffer.of(1), terminated(Buffer.from(key, 'utf8')));
      write(value.get(key), parts);
    }
    parts.push(Buffer.of(0));
    return;
  }
  if (value instanceof TemporalValue) {
    parts.push(Buffer.of(temporalRank[value.kind]));
    if (value.kind === 'duration') parts.push(lengthBytes(durationLength(value)));
    parts.push(terminated(Buffer.from(value.kind === 'duration' ? value.text : orderText(value), 'utf8')));
    return;
  }
  parts.push(terminated(Buffer.from(value as Uint8Array)));
}

/** Ends in 0 0; a 0 inside becomes 0 255. */
function terminated(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return Buffer.concat([bytes, Buffer.alloc(2)]);
  const out: number[] = [];
  for (const byte of bytes) {
    out.push(byte);
    if (byte === 0) out.push(255);
  }
  out.push(0, 0);
  return Buffer.from(out);
}

/** Nanoseconds of a duration: sixteen bytes hold all of them. */
function lengthBytes(nanoseconds: bigint): Buffer {
  const shifted = nanoseconds + (1n << 127n);
  const out = Buffer.alloc(16);
  out.writeBigUInt64BE(shifted >> 64n, 0);
  out.writeBigUInt64BE(BigInt.asUintN(64, shifted), 8);
  return out;
}

/** The nearest float in order-preserving bytes, then how far the integer is from it. */
function numberBytes(value: bigint | number): Buffer {
  const near = Number(value) + 0 === 0 ? 0 : Number(value);
  const out = Buffer.alloc(16);
  if (Number.isNaN(near)) return Buffer.alloc(16, 255);
  out.writeDoubleBE(near, 0);
  const bits = out.readBigUInt64BE(0);
  out.writeBigUInt64BE(bits & 0x8000000000000000n ? ~bits & 0xffffffffffffffffn : bits | 0x8000000000000000n, 0);
  const rest = typeof value === 'bigint' ? value - BigInt(near) : 0n;
  out.writeBigUInt64BE(rest + 0x8000000000000000n, 8);
  return out;
}
