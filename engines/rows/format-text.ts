// format and printf: a template with %-parts, as C, SQLite and PostgreSQL write them.
//
//   %[position$][flags][width][.precision]conversion     %s %d %i %f %e %g %x %X %o %c %L %I %%

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Value } from '../value.ts';
import { integerOfFloat, toFloat, valueText } from './conversion.ts';
import type { CallSite } from './functions.ts';
import { characterCount, sliceCharacters } from './functions-text.ts';
import { checkLength } from './growing.ts';
import { quoted } from './quoted.ts';

const part = /%(?:(\d+)\$)?([-+ 0,]*)(\d+)?(?:\.(\d+))?(.)?/gsu;

/** The template filled. A null value is an empty text. `type/argument` for a part or a value that does not fit. */
export function formatText(template: string, values: readonly Value[], site: CallSite): string {
  let next = 0;
  let length = 0;
  return template.replace(
    part,
    (all, position: string | undefined, flags: string, width = '0', precision: string | undefined, conversion = '') => {
      if (conversion === '%') return '%';
      if (!/[sdifeEgGxXocLI]/.test(conversion)) throw wrong(site, `"${all}" is no part of a template.`);
      const at = position === undefined ? next++ : Number(position) - 1;
      if (at < 0 || at >= values.length) throw wrong(site, `The template has no value for "${all}".`);
      const text = converted(values[at], conversion, flags, precision === undefined ? undefined : Number(precision), site);
      checkLength(length + Number(width) + text.length, site);
      const filled = padded(text, Number(width), flags, conversion);
      length += filled.length;
      return filled;
    },
  );
}

function wrong(site: CallSite, message: string): QueryError {
  return new QueryError('type/argument', message, {
    span: site.span,
    hint: 'Parts are %s, %d, %f, %e, %g, %x, %X, %o, %c, %L, %I and %%.',
  });
}

function converted(value: Value, conversion: string, flags: string, precision: number | undefined, site: CallSite): string {
  if (conversion === 'L') return quoted(value);
  if (value === null || value === undefined) return '';
  switch (conversion) {
    case 's':
      return precision === undefined ? valueText(value) : sliceCharacters(valueText(value), 0, precision);
    case 'I':
      return /^[a-z_][a-z0-9_]*$/i.test(valueText(value)) ? valueText(value) : `"${valueText(value).replaceAll('"', '""')}"`;
    case 'c':
      return typeof value === 'bigint' && value >= 0n && value <= 0x10ffffn
        ? String.fromCodePoint(Number(value))
        : ([...valueText(value)][0] ?? '');
    case 'd':
    case 'i':
      return signed(grouped(integer(value, site).toString(), flags), flags);
    case 'x':
      return BigInt.asUintN(64, integer(value, site)).toString(16);
    case 'X':
      return BigInt.asUintN(64, integer(value, site)).toString(16).toUpperCase();
    case 'o':
      return BigInt.asUintN(64, integer(value, site)).toString(8);
    default:
      return signed(grouped(floating(value, conversion, Math.min(precision ?? 6, 100), site), flags), flags);
  }
}

function integer(value: Value, site: CallSite): bigint {
  const whole = typeof value === 'bigint' ? value : typeof value === 'number' ? integerOfFloat(value) : undefined;
  if (whole === undefined) throw wrong(site, `A number is needed here, not ${typeName(value)}.`);
  return whole;
}

function floating(value: Value, conversion: string, precision: number, site: CallSite): string {
  const x = typeof value === 'bigint' || typeof value === 'number' ? toFloat(value) : null;
  if (x === null) throw wrong(site, `A number is needed here, not ${typeName(value)}.`);
  if (!Number.isFinite(x)) return String(x);
  switch (conversion) {
    case 'f':
      return Math.abs(x) < 1e21 ? x.toFixed(precision) : BigInt(x).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
    case 'e':
      return exponent(x.toExponential(precision));
    case 'E':
      return exponent(x.toExponential(precision)).toUpperCase();
    default: {
      // The shorter of both, without zeros at the end.
      const digits = Math.max(1, precision);
      const power = x === 0 ? 0 : Number(x.toExponential(digits - 1).split('e')[1]);
      const text =
        power < -4 || power >= digits ? exponent(x.toExponential(digits - 1), true) : x.toFixed(Math.min(100, digits - 1 - power));
      const bare = text.includes('e') || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
      return conversion === 'G' ? bare.toUpperCase() : bare;
    }
  }
}

/** C writes at least two digits. */
function exponent(text: string, trim = false): string {
  const [mantissa = '', power = ''] = text.split('e');
  const bare = trim && mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${bare}e${power.charAt(0)}${power.slice(1).padStart(2, '0')}`;
}

function grouped(text: string, flags: string): string {
  return flags.includes(',')
    ? text.replace(/^(-?)(\d+)/, (_, sign: string, whole: string) => sign + whole.replace(/\B(?=(\d{3})+$)/g, ','))
    : text;
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function padded(text: string, width: number, flags: string, conversion: string): string {
  const missing = width - characterCount(text);
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || !/[difeEgGxXo]/.test(conversion)) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
