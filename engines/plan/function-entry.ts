// What an entry of the function list says, and the result types that several entries share. The lists themselves are in
// function-list-*.ts, one file for each family; function-list.ts puts them together.
//
// A signature names each parameter and its types: `temporal` is any of the six kinds, `number` is integer or float, `?` is optional,
// `...` any number of arguments. An example is a call and, after an arrow, its value: the reference prints it and a test runs it.

import type { Type } from './type.ts';

/** The families in the order of the reference. */
const functionFamilies = ['number', 'text', 'list', 'object', 'json', 'choice', 'conversion', 'type', 'graph', 'temporal'] as const;
export type FunctionFamily = (typeof functionFamilies)[number];

export interface FunctionEntry {
  readonly signature: string;
  readonly aliases: readonly string[];
  readonly result: Type | ((types: readonly Type[]) => Type);
  /** One sentence. */
  readonly description: string;
  /** `abs(-3) → 3` */
  readonly example: string;
  readonly pure: boolean | 'with arguments';
  /** True: it sees null and MISSING arguments itself. Else one of them makes the result null. */
  readonly takesNull: boolean;
}

export interface ScalarEntry extends FunctionEntry {
  /** What a null argument does, for people. */
  readonly nulls: string;
  /** True: an argument of a type that never fits fails when it is met and not before, as openCypher has it. */
  readonly checkedLate: boolean;
}

interface Traits {
  readonly aliases?: readonly string[];
  readonly pure?: boolean | 'with arguments';
  /** Given where a null argument does not simply make the result null: what it does instead. The function sees nulls then. */
  readonly nulls?: string;
  readonly checkedLate?: boolean;
}

/** An entry of a scalar function. */
export function scalar(
  signature: string,
  result: ScalarEntry['result'],
  description: string,
  example: string,
  { aliases = [], pure = true, nulls, checkedLate = false }: Traits = {},
): ScalarEntry {
  const none = signature.endsWith('()');
  const ofNull = nulls ?? (none ? '' : 'null');
  return { signature, result, description, example, aliases, pure, takesNull: nulls !== undefined, nulls: ofNull, checkedLate };
}

/** The type of the first argument. */
export const sameAsFirst = (types: readonly Type[]): Type => types[0] ?? 'any';

/** Integer of an integer, float of a float. */
export const numberOf = (types: readonly Type[]): Type => (types[0] === 'integer' || types[0] === 'float' ? types[0] : 'number');

/** The type that all have, nulls aside. */
export const oneOf = (types: readonly Type[]): Type => {
  const known = [...new Set(types.filter((t) => t !== 'null'))];
  if (known.length === 0) return 'null';
  if (known.length === 1) return known[0] as Type;
  return known.every((t) => t === 'integer' || t === 'float' || t === 'number') ? 'number' : 'any';
};
