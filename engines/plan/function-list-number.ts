// The functions of numbers. Part of function-list.ts.

import { numberOf, oneOf, scalar, type ScalarEntry } from './function-entry.ts';

const rounding: readonly ScalarEntry[] = [
  scalar('abs(x: number)', numberOf, 'The absolute value.', 'abs(-3) → 3'),
  scalar(
    'ceil(x: number, digits?: integer)',
    numberOf,
    'The smallest number of so many digits after the point (0) that is not below x.',
    'ceil(1.2) → 2.0',
    {
      aliases: ['ceiling'],
    },
  ),
  scalar(
    'floor(x: number, digits?: integer)',
    numberOf,
    'The largest number of so many digits after the point (0) that is not above x.',
    'floor(-1.25, 1) → -1.3',
  ),
  scalar(
    'round(x: number, digits?: integer, mode?: text)',
    numberOf,
    "x rounded to so many digits after the point (0), halves away from zero, or by a mode: 'UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN'; with a mode x counts as it is written.",
    "round(2.5, 0, 'HALF_EVEN') → 2.0",
  ),
  scalar('trunc(x: number, digits?: integer)', numberOf, 'x cut after so many digits after the point (0).', 'trunc(-2.79, 1) → -2.7', {
    aliases: ['truncate'],
  }),
  scalar('sign(x: number)', 'integer', '-1, 0 or 1; null of NaN.', 'sign(-2.5) → -1'),
  scalar(
    'width_bucket(x: number, low: number, high: number, count: integer)',
    'integer',
    'In which of so many equal parts from low to high x lies, from 1; 0 below, count + 1 above.',
    'width_bucket(5.35, 0, 10, 5) → 3',
  ),
];

const powers: readonly ScalarEntry[] = [
  scalar('sqrt(x: number)', 'float', 'The square root.', 'sqrt(9) → 3.0'),
  scalar('cbrt(x: number)', 'float', 'The cube root.', 'cbrt(27) → 3.0'),
  scalar('exp(x: number)', 'float', 'e to the power of x.', 'exp(0) → 1.0'),
  scalar('ln(x: number)', 'float', 'The natural logarithm.', 'ln(1) → 0.0'),
  scalar(
    'log(x: number, y?: number)',
    'float',
    'The natural logarithm of x, as in openCypher; of two arguments the logarithm of y to the base x.',
    'log(2, 8) → 3.0',
  ),
  scalar('log10(x: number)', 'float', 'The logarithm to base 10.', 'log10(1000) → 3.0'),
  scalar('log2(x: number)', 'float', 'The logarithm to base 2.', 'log2(8) → 3.0'),
  scalar('pow(x: number, y: number)', 'float', 'x to the power of y.', 'pow(2, 10) → 1024.0', { aliases: ['power'] }),
  scalar('pi()', 'float', 'The number pi.', 'pi() → 3.141592653589793'),
  scalar('e()', 'float', 'The base of natural logarithms.', 'e() → 2.718281828459045'),
];

const trigonometry: readonly ScalarEntry[] = [
  scalar('sin(x: number)', 'float', 'The sine of an angle in radians.', 'sin(0) → 0.0'),
  scalar('cos(x: number)', 'float', 'The cosine of an angle in radians.', 'cos(0) → 1.0'),
  scalar('tan(x: number)', 'float', 'The tangent of an angle in radians.', 'tan(0) → 0.0'),
  scalar('cot(x: number)', 'float', 'The cotangent of an angle in radians.', 'round(cot(1), 4) → 0.6421'),
  scalar('asin(x: number)', 'float', 'The angle in radians that has the sine x.', 'asin(0) → 0.0'),
  scalar('acos(x: number)', 'float', 'The angle in radians that has the cosine x.', 'acos(1) → 0.0'),
  scalar('atan(x: number)', 'float', 'The angle in radians that has the tangent x.', 'atan(0) → 0.0'),
  scalar('atan2(y: number, x: number)', 'float', 'The angle in radians of the point (x, y).', 'atan2(0, 1) → 0.0'),
  scalar('sinh(x: number)', 'float', 'The hyperbolic sine.', 'sinh(0) → 0.0'),
  scalar('cosh(x: number)', 'float', 'The hyperbolic cosine.', 'cosh(0) → 1.0'),
  scalar('tanh(x: number)', 'float', 'The hyperbolic tangent.', 'tanh(0) → 0.0'),
  scalar('coth(x: number)', 'float', 'The hyperbolic cotangent.', 'round(coth(1), 4) → 1.313'),
  scalar('asinh(x: number)', 'float', 'The number that has the hyperbolic sine x.', 'asinh(0) → 0.0'),
  scalar('acosh(x: number)', 'float', 'The number that has the hyperbolic cosine x.', 'acosh(1) → 0.0'),
  scalar('atanh(x: number)', 'float', 'The number that has the hyperbolic tangent x.', 'atanh(0) → 0.0'),
  scalar('haversin(x: number)', 'float', 'Half the versine of an angle in radians.', 'haversin(0) → 0.0'),
  scalar('degrees(x: number)', 'float', 'Radians to degrees.', 'degrees(pi()) → 180.0'),
  scalar('radians(x: number)', 'float', 'Degrees to radians.', 'radians(180) → 3.141592653589793'),
];

const integers: readonly ScalarEntry[] = [
  scalar('mod(x: number, y: number)', oneOf, 'The rest of a division, with the sign of x; the operator %.', 'mod(-7, 3) → -1'),
  scalar('div(x: number, y: number)', oneOf, 'The whole part of a division, cut towards zero.', 'div(-7, 2) → -3', { aliases: ['idiv'] }),
  scalar('gcd(x: integer, y: integer)', 'integer', 'The greatest common divisor.', 'gcd(12, -18) → 6'),
  scalar('lcm(x: integer, y: integer)', 'integer', 'The least common multiple.', 'lcm(4, 6) → 12'),
  scalar('factorial(x: integer)', 'integer', 'The product of the integers from 1 to x.', 'factorial(5) → 120'),
  scalar('bitand(x: integer, y: integer)', 'integer', 'The bits that both have; the operator &.', 'bitand(6, 3) → 2', {
    aliases: ['bit_and'],
  }),
  scalar('bitor(x: integer, y: integer)', 'integer', 'The bits that one of both has; the operator |.', 'bitor(6, 3) → 7', {
    aliases: ['bit_or'],
  }),
  scalar('bitxor(x: integer, y: integer)', 'integer', 'The bits that exactly one of both has; the operator #.', 'bitxor(6, 3) → 5', {
    aliases: ['bit_xor'],
  }),
  scalar('bitnot(x: integer)', 'integer', 'All bits turned over; the operator ~.', 'bitnot(5) → -6', { aliases: ['bit_not'] }),
  scalar(
    'shiftleft(x: integer, bits: integer)',
    'integer',
    'The bits moved to the left, those beyond 64 lost; a negative number moves to the right; the operator <<.',
    'shiftleft(1, 10) → 1024',
    {
      aliases: ['bitshift'],
    },
  ),
  scalar(
    'shiftright(x: integer, bits: integer)',
    'integer',
    'The bits moved to the right, the sign kept; a negative number moves to the left; the operator >>.',
    'shiftright(-16, 2) → -4',
  ),
  scalar('bit_count(x: integer)', 'integer', 'How many of the 64 bits are 1.', 'bit_count(255) → 8'),
  scalar('to_hex(x: integer)', 'text', 'The 64 bits in hexadecimal, without zeros in front.', "to_hex(255) → 'ff'"),
  scalar('to_oct(x: integer)', 'text', 'The 64 bits in octal, without zeros in front.', "to_oct(8) → '10'"),
  scalar('to_bin(x: integer)', 'text', 'The 64 bits in binary, without zeros in front.', "to_bin(5) → '101'"),
];

const others: readonly ScalarEntry[] = [
  scalar('isnan(x: number)', 'boolean', 'Is it NaN?', "isnan(tofloat('NaN')) → true", { aliases: ['is_nan'] }),
  scalar('isinf(x: number)', 'boolean', 'Is it an infinity?', 'isinf(1.0 / 0) → true', { aliases: ['is_inf'] }),
  scalar('rand()', 'float', 'A random float from 0 up to but not 1.', 'rand() < 1 → true', { aliases: ['random'], pure: false }),
];

export const numberList: readonly ScalarEntry[] = [...rounding, ...powers, ...trigonometry, ...integers, ...others];
