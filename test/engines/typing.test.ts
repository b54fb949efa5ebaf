// Static typing agrees with what happens at run time: an operator gives a value of the type foretold, and what is refused
// statically fails for every value of those types.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BinaryOperator } from '../../engines/plan/expression.ts';
import { binaryType, checkBinary, commonType, typeFromDeclared, typeOfValue } from '../../engines/plan/typing.ts';
import type { Type } from '../../engines/plan/type.ts';
import { QueryError } from '../../parser/error.ts';
import { anyValue } from './arbitrary-values.ts';
import { both, outcome } from './expressions.ts';
import { runs } from '../long.ts';

const operators: readonly BinaryOperator[] = [
  'or',
  'xor',
  'and',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '||',
  'starts with',
  'ends with',
  'contains',
];

function fits(type: Type, foretold: Type): boolean {
  return foretold === 'any' || type === 'null' || type === foretold || (foretold === 'number' && (type === 'integer' || type === 'float'));
}

test('What typing foretells happens.', () => {
  fc.assert(
    fc.property(fc.constantFrom(...operators), anyValue, anyValue, (operator, a, b) => {
      const [left, right] = [typeOfValue(a), typeOfValue(b)];
      const checked = outcome(() => {
        checkBinary(operator, left, right, undefined);
        return true;
      });
      let failure: string | undefined;
      let type: Type = 'null';
      try {
        const value = both(operator, a, b);
        if (typeof value === 'string' && value.startsWith('type/')) failure = value;
        else type = typeOfValue(value);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        failure = error.code;
      }
      if (checked !== true) {
        // FALSE AND x is decided before x is looked at, and a null operand before the other one is.
        if (operator !== 'and' && operator !== 'or' && left !== 'null' && right !== 'null') expect(failure).toBe('type/operand');
      } else if (failure === undefined)
        expect([operator, left, right, fits(type, binaryType(operator, left, right))]).toEqual([operator, left, right, true]);
      else expect(failure).not.toBe('type/operand');
    }),
    { numRuns: runs(1000) },
  );
});

test('An operand not known before run time is never refused.', () => {
  const types: readonly Type[] = ['null', 'boolean', 'integer', 'float', 'number', 'text', 'list', 'object', 'node', 'date', 'any'];
  for (const operator of operators) checkBinary(operator, 'any', 'any', undefined);
  for (const type of types) checkBinary('+', 'any', type, undefined);
  expect(binaryType('+', 'any', 'integer')).toBe('any');
  expect(binaryType('+', 'text', 'integer')).toBe('text');
  expect(binaryType('*', 'any', 'integer')).toBe('any');
  expect(binaryType('%', 'any', 'integer')).toBe('number');
  expect(binaryType('%', 'any', 'float')).toBe('float');
});

test('The common type of numbers is number, of other mixes any.', () => {
  expect([
    commonType([]),
    commonType(['null', 'text']),
    commonType(['integer', 'float']),
    commonType(['integer', 'text']),
    commonType(['date', 'date']),
  ]).toEqual(['null', 'text', 'number', 'any', 'date']);
});

test('Declared types are known by their usual names.', () => {
  const declared = [
    'int',
    'BIGINT',
    'double  precision',
    'VARCHAR(30)',
    'DECIMAL(10, 2)',
    'Boolean',
    'TIMESTAMP',
    'JSON',
    'BYTEA',
    'INTERVAL',
    'geometry',
    'constructor',
  ];
  expect(declared.map(typeFromDeclared)).toEqual([
    'integer',
    'integer',
    'float',
    'text',
    'number',
    'boolean',
    'datetime',
    'any',
    'bytes',
    'duration',
    undefined,
    undefined,
  ]);
});
