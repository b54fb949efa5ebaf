// Results that grow while a function makes them: each says in time that it has become too large, so that no call runs on for long or
// takes more memory than its thread may hold.

import { QueryError } from '../../parser/error.ts';
import { listItemsMax, textUnitsMax } from '../limits.ts';
import { checkRoom, checkRoomForItems } from '../room.ts';
import type { Value } from '../value.ts';
import type { CallSite } from './functions.ts';

/** Throws `limit/list` for a list that would be too long. */
export function checkItems(count: number, site: CallSite): void {
  if (count > listItemsMax)
    throw new QueryError('limit/list', `${site.name} would make a list of more than ${listItemsMax} items.`, { span: site.span });
}

/** Called for every item that a loop adds, of about so many bytes. Throws `limit/list`, `limit/memory`, and what stops the statement. */
export function checkGrowing(items: number, site: CallSite, bytesEach = 64): void {
  if ((items & 0xfff) !== 0) return;
  checkItems(items, site);
  site.context.check();
  checkRoomForItems(items, bytesEach);
}

/** Throws `limit/text` for a text that would be too long, and `limit/memory` for one that has no room. */
export function checkLength(units: number, site: CallSite): void {
  if (units > textUnitsMax)
    throw new QueryError('limit/text', `${site.name} would make a text of more than ${textUnitsMax} characters.`, { span: site.span });
  checkRoom(units * 2);
}

/** A text of many small pieces, which the runtime would otherwise keep as a tree with a node for each. */
export class TextBuilder {
  private readonly site: CallSite;
  private readonly done: string[] = [];
  private pieces: string[] = [];
  private units = 0;

  constructor(site: CallSite) {
    this.site = site;
  }

  /** Throws as `checkLength` does. */
  add(piece: string): void {
    this.units += piece.length;
    if (this.pieces.push(piece) < 4096 && piece.length < 4096) return;
    checkLength(this.units, this.site);
    this.site.context.check();
    this.done.push(this.pieces.join(''));
    this.pieces = [];
  }

  text(): string {
    checkLength(this.units, this.site);
    this.done.push(...this.pieces);
    return this.done.join('');
  }
}

/** Texts with a separator between them. */
export function joinTexts(values: Iterable<Value>, textOf: (value: Value) => string, separator: string, site: CallSite): string {
  const made = new TextBuilder(site);
  let first = true;
  for (const value of values) {
    if (!first) made.add(separator);
    made.add(textOf(value));
    first = false;
  }
  return made.text();
}

/** Asks for what a call may take: its texts in one piece each, and what is as long as its arguments if it `makesMore`. Throws `limit/memory`. */
export function checkRoomForArguments(values: readonly Value[], makesMore: boolean): void {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += value.length * (makesMore ? 4 : 2);
    else if (!makesMore) continue;
    else if (Array.isArray(value)) bytes += value.length * 32;
    else if (value instanceof Map) bytes += value.size * 64;
    else if (value instanceof Uint8Array) bytes += value.length * 4;
  }
  checkRoom(bytes);
}
