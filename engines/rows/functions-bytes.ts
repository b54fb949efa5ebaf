// Functions of bytes and of a text's UTF-8: lengths, hexadecimal, base64, digests.

import { createHash } from 'node:crypto';
import { didYouMean, QueryError } from '../../parser/error.ts';
import type { Value } from '../value.ts';
import type { Implementation } from './functions.ts';

const bytes = (value: Value): Buffer => (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value as Uint8Array));
const upperHex = (value: Value): string => bytes(value).toString('hex').toUpperCase();

function unhex(text: string): Value {
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : null;
}

/** Also the form for addresses (- and _), and with line breaks. */
function fromBase64(text: string): Value {
  const bare = text.replace(/\s/g, '');
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(bare) && bare.replaceAll('=', '').length % 4 !== 1
    ? new Uint8Array(Buffer.from(bare, 'base64'))
    : null;
}

const digest = (algorithm: string): Implementation => {
  return ([x]) => createHash(algorithm).update(bytes(x)).digest('hex');
};

export const bytesFunctions: Readonly<Record<string, Implementation>> = {
  octet_length: ([x]) => BigInt(bytes(x).length),
  bit_length: ([x]) => BigInt(bytes(x).length * 8),
  hex: ([x]) => upperHex(x),
  unhex: ([x]) => unhex(x as string),
  to_base64: ([x]) => bytes(x).toString('base64'),
  from_base64: ([x]) => fromBase64(x as string),
  encode: ([x, format], site) => {
    const name = (format as string).toLowerCase();
    if (name === 'hex' || name === 'base64') return bytes(x).toString(name);
    const near = didYouMean(name, ['hex', 'base64'], (word) => `'${word}'`);
    throw new QueryError('type/argument', `There is no format '${format as string}' for bytes.`, {
      span: site.span,
      hint: near ?? "There are 'hex' and 'base64'.",
    });
  },
  md5: digest('md5'),
  sha1: digest('sha1'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
};
