// JSON in, with 1 (bigint) and 1.0 (number) apart and big integers exact, which JSON.parse cannot. One value from a text here;
// the elements of a long array as they come in import/json-records.ts.

import TokenParser from '@streamparser/json/tokenparser.js';
import Tokenizer from '@streamparser/json/tokenizer.js';

export type Json = null | boolean | bigint | number | string | Json[] | { [key: string]: Json };

/** Reads numbers as Trefoil does: an integer unless it has a point or an exponent. */
class ExactTokenizer extends Tokenizer {
  // The base class promises `number`; the parser above it hands on whatever this gives.
  override parseNumber(text: string): number {
    return exactNumber(text) as number;
  }
}

function exactNumber(text: string): bigint | number {
  return /[.eE]/.test(text) ? Number(text) : BigInt(text);
}

/** A parser that calls `onValue` for each value selected by `paths` (`$` the whole, `$.*` the elements of a top-level array). */
export function exactParser(
  paths: string[],
  onValue: (value: Json, key: unknown) => void,
): { write(text: string | Uint8Array): void; end(): void } {
  const tokenizer = new ExactTokenizer();
  const values = new TokenParser({ paths, keepStack: false });
  tokenizer.onToken = values.write.bind(values);
  tokenizer.onEnd = () => {
    if (!values.isEnded) values.end();
  };
  tokenizer.onError = (error) => {
    throw error;
  };
  values.onError = (error) => {
    throw error;
  };
  values.onValue = ({ value, key }) => onValue(value as unknown as Json, key);
  values.onEnd = () => {
    if (!tokenizer.isEnded) tokenizer.end();
  };
  return {
    write: (text) => tokenizer.write(text),
    // A whole value ends the parser by itself.
    end: () => {
      if (!tokenizer.isEnded) tokenizer.end();
    },
  };
}

/** One value from a whole text. Throws an Error for anything else. */
export function parseJson(text: string): Json {
  let found: Json | undefined;
  const parser = exactParser(['$'], (value) => {
    found = value;
  });
  parser.write(text.trim());
  parser.end();
  if (found === undefined) throw new Error('This is no JSON value.');
  return found;
}
