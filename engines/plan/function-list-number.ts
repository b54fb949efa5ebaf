// The functions of numbers. Part of function-list.ts.

import { numberOf, oneOf, scalar, type ScalarEntry } from './function-entry.ts';

export const numberList: readonly ScalarEntry[] = [
  scalar('abs(x: number)', numberOf, 'The absolute value.', 'abs(-3) → 3'),
  scalar('ceil(x: number)', numberOf, 'The smallest whole number that is not below x.', 'ceil(1.2) → 2.0', { aliases: ['ceiling'] }),
  scalar('floor(x: number)', numberOf, 'The largest whole number that is not above x.', 'floor(-1.2) → -2.0'),
  scalar(
    'round(x: number, digits?: integer)',
    numberOf,
    'x rounded to so many digits after the point (0), halves away from zero.',
    'round(2.345, 2) → 2.35',
  ),
  scalar('sign(x: number)', 'integer', '-1, 0 or 1.', 'sign(-2.5) → -1'),
  scalar('sqrt(x: number)', 'float', 'The square root.', 'sqrt(9) → 3.0'),
  scalar('exp(x: number)', 'float', 'e to the power of x.', 'exp(0) → 1.0'),
  scalar('ln(x: number)', 'float', 'The natural logarithm.', 'ln(1) → 0.0', { aliases: ['log'] }),
  scalar('log10(x: number)', 'float', 'The logarithm to base 10.', 'log10(1000) → 3.0'),
  scalar('log2(x: number)', 'float', 'The logarithm to base 2.', 'log2(8) → 3.0'),
  scalar('pi()', 'float', 'The number pi.', 'pi() → 3.141592653589793'),
  scalar('e()', 'float', 'The base of natural logarithms.', 'e() → 2.718281828459045'),
  scalar('sin(x: number)', 'float', 'The sine of an angle in radians.', 'sin(0) → 0.0'),
  scalar('cos(x: number)', 'float', 'The cosine of an angle in radians.', 'cos(0) → 1.0'),
  scalar('tan(x: number)', 'float', 'The tangent of an angle in radians.', 'tan(0) → 0.0'),
  scalar('cot(x: number)', 'float', 'The cotangent of an angle in radians.', 'round(cot(1), 4) → 0.6421'),
  scalar('asin(x: number)', 'float', 'The angle in radians that has the sine x.', 'asin(0) → 0.0'),
  scalar('acos(x: number)', 'float', 'The angle in radians that has the cosine x.', 'acos(1) → 0.0'),
  scalar('atan(x: number)', 'float', 'The angle in radians that has the tangent x.', 'atan(0) → 0.0'),
  scalar('atan2(y: number, x: number)', 'float', 'The angle in radians of the point (x, y).', 'atan2(0, 1) → 0.0'),
  scalar('degrees(x: number)', 'float', 'Radians to degrees.', 'degrees(pi()) → 180.0'),
  scalar('radians(x: number)', 'float', 'Degrees to radians.', 'radians(180) → 3.141592653589793'),
  scalar('pow(x: number, y: number)', 'float', 'x to the power of y.', 'pow(2, 10) → 1024.0', { aliases: ['power'] }),
  scalar('mod(x: number, y: number)', oneOf, 'The rest of a division, with the sign of x.', 'mod(-7, 3) → -1'),
  scalar('rand()', 'float', 'A random float from 0 up to but not 1.', 'rand() < 1 → true', { aliases: ['random'], pure: false }),
];
