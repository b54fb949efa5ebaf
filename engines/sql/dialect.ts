// What a database must say about itself so that the compilers can write SQL for it. A dialect is a folder of the same file
// names (dialect.ts, render.ts, functions.ts); the compilers ask it and never say `if (dialect === …)`.
// JSON types are named as SQLite names them: null, true, false, integer, real, text, array, object.

import type { SqlParameter } from '../engine.ts';
import type { Fragment, Query } from './fragment.ts';

export type Path = readonly (string | number)[];

export interface Dialect {
  readonly name: string;
  /** SQL that stays in the file: no parameters, and none of our own functions. */
  readonly inSchema: boolean;
  /** One statement's text and its parameters in order of position. */
  render(query: Query): { readonly text: string; readonly parameters: readonly SqlParameter[] };
  /** A path as a literal in the text; undefined if the path cannot be written so that it means the same. */
  pathLiteral(path: Path): Fragment | undefined;
  /** JSON text at the path, SQL NULL if nothing is there. The base is JSON, binary or text. */
  jsonText(base: Fragment, path: Fragment): Fragment;
  /** The scalar at the path as SQL value: booleans 1 and 0, null NULL, lists and objects as text. The text of index keys. */
  jsonScalar(base: Fragment, path: Fragment): Fragment;
  /** The JSON type at the path, or of the whole; SQL NULL if nothing is there. */
  jsonType(base: Fragment, path?: Fragment): Fragment;
  /** Binary JSON at the path. */
  jsonBinary(base: Fragment, path: Fragment): Fragment;
  /** JSON text of a whole value. */
  jsonWhole(base: Fragment): Fragment;
  /** JSON text of a number or text. */
  jsonQuote(value: Fragment): Fragment;
  /** A table function with a row per element of a list, or of the list at the path: `key` (from 0), `value`, `type`. */
  jsonEach(list: Fragment, path?: Fragment): Fragment;
  /** LIKE, without regard to the case of ASCII letters. `escape` is one character. */
  like(operand: Fragment, pattern: Fragment, escape?: Fragment): Fragment;
  /** A call of one of the functions that functions.ts registers, without the prefix. */
  call(name: string, ...values: readonly Fragment[]): Fragment;
  /** True on most rows; on every 1024th it first asks whether the statement must stop. Without a counter, on every row. */
  check(counter?: Fragment, fromZero?: boolean): Fragment;
  /** True. Counts each row of the FROM item that comes to be tested; planning is the same with it. `value` is a column of the item. */
  visit(item: string, value: Fragment): Fragment;
  /** A limit that lets all rows pass, for an offset without limit. */
  readonly noLimit: Fragment;
}
