// What is printed parses to the same tree, for random trees, for the samples and for whatever survives damage to them;
// and no text at all makes the parser throw anything but a QueryError.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Script } from '../../parser/ast.ts';
import { QueryError } from '../../parser/error.ts';
import { parse, parseExpression } from '../../parser/parse.ts';
import { printExpression, printStatement } from '../../parser/print.ts';
import { splitStatements } from '../../parser/split.ts';
import { SAMPLES } from '../parser/samples.ts';
import { withoutSpans } from '../parser/spans.ts';
import { expression } from './arbitrary-ast.ts';
import { statement } from './arbitrary-statements.ts';
import { runs } from '../long.ts';

function reads(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw new Error(`Not a QueryError for: ${text}`, { cause: error });
  }
}

describe('A printed tree parses to the same tree', () => {
  test('for every expression', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const text = printExpression(tree);
        expect(withoutSpans(parseExpression(text)), text).toStrictEqual(withoutSpans(tree));
      }),
      { numRuns: runs(300), endOnFailure: process.env.TREFOIL_SHRINK !== '1' },
    );
  });

  test('for every statement', () => {
    fc.assert(
      fc.property(statement, (tree) => {
        const text = printStatement(tree);
        expect(withoutSpans(parse(text).statements), text).toStrictEqual(withoutSpans([tree]));
      }),
      { numRuns: runs(300), endOnFailure: process.env.TREFOIL_SHRINK !== '1' },
    );
  });

  test.each(SAMPLES)('for the sample %s', (text) => {
    const script = parse(text);
    const printed = printScript(script);
    expect(withoutSpans(parse(printed)), printed).toStrictEqual(withoutSpans(script));
    expect(printScript(parse(printed))).toBe(printed);
  });
});

describe('No text makes the parser throw anything but a QueryError', () => {
  const words = [...new Set(SAMPLES.flatMap((text) => text.match(/\w+|\s+|[^\w\s]/g) ?? []))];

  test('whatever the words', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 15 }), (soup) => void reads(soup.join(''))),
      { numRuns: runs(60) },
    );
  });

  test('wherever a sample is cut, and whatever is taken out of it', () => {
    const cut = fc.constantFrom(...SAMPLES).chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(8)));
    fc.assert(
      fc.property(cut, ([text, at, length]) => {
        reads(text.slice(0, at));
        reads(text.slice(0, at) + text.slice(at + length));
      }),
      { numRuns: runs(60) },
    );
  });

  test('whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => void reads(text)),
      { numRuns: runs(60) },
    );
  });
});

describe('Splitting agrees with parsing', () => {
  test('for every list of statements', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 3 }), (list) => {
        const text = list.map((tree) => `${printStatement(tree)};\n`).join('');
        expect(splitStatements(text).map((part) => part.text)).toEqual(list.map(printStatement));
      }),
      { numRuns: runs(40), endOnFailure: process.env.TREFOIL_SHRINK !== '1' },
    );
  });
});

/** Each statement on a line, with its semicolon. */
function printScript(script: Script): string {
  return script.statements.map((statement) => `${printStatement(statement)};\n`).join('');
}
