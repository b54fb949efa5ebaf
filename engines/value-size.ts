// How large a value is when all of it is gone through. A list that stands in many places is held once and written, compared and hashed
// as often as it stands there: `reduce(l = [1], i IN range(1, 60) | [l, l])` is 60 lists in memory and 2^60 numbers as text. So what goes
// through a value counts, and what writes one down measures it first when it turns out to be long.

import { QueryError } from '../parser/error.ts';
import { runtimeTextUnitsMax, valuePartsMax, visitsPerLook } from './limits.ts';
import { checkRoom } from './room.ts';
import { EdgeValue, JsonText, NodeValue, PathValue, TemporalValue, type Value } from './value.ts';

/** How deep objects and lists may nest, in JSON text and wherever a value is gone through; SQLite's own limit. */
const valueDepthMax = 1000;

/** Throws `limit/depth`. */
export function checkValueDepth(depth: number): void {
  if (depth >= valueDepthMax) throw new QueryError('limit/depth', `Values may nest ${valueDepthMax} deep.`);
}

/** Values, items and fields through all levels, and about how many UTF-16 units they have as JSON text. Both may be infinite. */
interface WrittenSize {
  readonly parts: number;
  readonly units: number;
}

/** Takes time for what is held, not for what is written. Throws `limit/depth`. */
function writtenSize(value: Value): WrittenSize {
  // A key may be of a row of values, which is a level of its own.
  return sizeOf(value, -1, new Map());
}

type Known = Map<object, WrittenSize>;

function sizeOf(value: Value, depth: number, known: Known): WrittenSize {
  if (typeof value === 'string') return { parts: 1, units: value.length + 2 };
  if (typeof value !== 'object' || value === null) return scalarSize;
  if (value instanceof TemporalValue) return { parts: 1, units: value.text.length + 12 };
  if (value instanceof Uint8Array) return { parts: 1, units: Math.ceil(value.length / 3) * 4 + 13 };
  if (value instanceof JsonText) return { parts: 1, units: value.text.length };
  const found = known.get(value);
  if (found !== undefined) return found;
  checkValueDepth(depth);
  const size = containerSize(value, depth, known);
  known.set(value, size);
  return size;
}

const scalarSize: WrittenSize = { parts: 1, units: 4 };

function containerSize(value: Exclude<Value, undefined> & object, depth: number, known: Known): WrittenSize {
  let parts = 1;
  let units = 2;
  const add = (item: Value, keyUnits: number): void => {
    const size = sizeOf(item, depth + 1, known);
    parts += size.parts;
    units += size.units + keyUnits + 1;
  };
  if (Array.isArray(value)) for (const item of value as readonly Value[]) add(item, 0);
  else if (value instanceof Map) for (const [key, item] of value as ReadonlyMap<string, Value>) add(item, key.length + 3);
  else if (value instanceof NodeValue || value instanceof EdgeValue) add(value.properties ?? null, 80);
  else if (value instanceof PathValue) for (const element of [...value.nodes, ...value.edges]) add(element, 0);
  return { parts, units };
}

/** Walks that turned out long, so far: see `lookAfterLongWalks`. */
let longWalks = 0;
let lookedAt = 0;

/** Called by what goes through values row after row: a single value may have taken as long as many rows do. */
export function lookAfterLongWalks(context: { check(): void }): void {
  if (longWalks === lookedAt) return;
  lookedAt = longWalks;
  context.check();
}

/** Counts what one walk through values visits. */
export class Walk {
  private visits = 0;
  private readonly bytesEach: number;

  /** `bytesEach`: what is kept of a visit. */
  constructor(bytesEach: number) {
    this.bytesEach = bytesEach;
  }

  /** Throws `limit/value-parts` after too many visits, `limit/memory` if what is kept has no room, and `limit/depth`. */
  visit(depth: number): void {
    checkValueDepth(depth);
    if ((++this.visits & (visitsPerLook - 1)) === 0) checkVisits(this.visits, this.bytesEach);
  }
}

/** Called after each `visitsPerLook`. */
export function checkVisits(visits: number, bytesEach: number): void {
  longWalks++;
  if (visits > valuePartsMax) throw tooManyParts();
  checkRoom(visitsPerLook * bytesEach);
}

function tooManyParts(): QueryError {
  return new QueryError('limit/value-parts', `A value would have to be gone through in more than ${valuePartsMax} parts.`, {
    hint: 'A list or an object that stands in many places of a value counts in each of them.',
  });
}

/** For what writes a value down, once it has written `visitsPerLook` parts. Throws `limit/text`, `limit/memory` and `limit/depth`. */
function checkWritten(value: Value, unitsMax: number): void {
  longWalks++;
  const { parts, units } = writtenSize(value);
  if (units > unitsMax) throw new QueryError('limit/text', `A text would have more than ${unitsMax} characters.`);
  checkRoom(units * 2 + parts * bytesPerPiece);
}

/**
 * For what goes through a value and writes it down, or makes another of it: most values end before they are measured, and a long one is
 * measured once, so that what cannot be written fails at once. One Measure serves value after value.
 */
export class Measure {
  private whole: Value;
  private left = Number.POSITIVE_INFINITY;

  begin(whole: Value): this {
    this.whole = whole;
    this.left = visitsPerLook;
    return this;
  }

  end(): void {
    this.whole = undefined;
    this.left = Number.POSITIVE_INFINITY;
  }

  /** Counts a part, or one that takes as much as so many. Throws `limit/text` beyond `unitsMax` characters, `limit/memory` and `limit/depth`. */
  count(parts = 1, unitsMax = runtimeTextUnitsMax): void {
    this.left -= parts;
    if (this.left > 0) return;
    const { whole } = this;
    this.end();
    checkWritten(whole, unitsMax);
  }

  /** What is counted with the next part. */
  add(parts: number): void {
    this.left -= parts;
  }
}

/** The runtime keeps a text that is put together as a tree of its pieces, until somebody looks into it. */
const bytesPerPiece = 64;
