// Passwords and tokens as they are stored. A password is kept as a PHC string of scrypt (RFC 7914); a token is 256 random bits, so one
// round of SHA-256 hides it well enough. Both are compared in time that tells nothing.
//
//   $scrypt$ln=15,r=8,p=1$<salt>$<hash>     ln is the logarithm of the cost, both texts are base64 without padding

import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { QueryError } from '../../parser/error.ts';

/** About a tenth of a second and 32 MiB for each guess. */
const cost = { logN: 15, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;

const passwordCharsMin = 8;
const passwordCharsMax = 1024;

const tokenPrefix = 'trefoil_';

/** Throws `constraint/password` for one that is too short or too long. */
export function checkPassword(password: string, span: { readonly start: number; readonly end: number }): void {
  const chars = [...password].length;
  if (chars >= passwordCharsMin && chars <= passwordCharsMax) return;
  throw new QueryError(
    'constraint/password',
    chars < passwordCharsMin ? 'The password is too short.' : `The password is longer than ${passwordCharsMax} characters.`,
    { span, hint: `A password has ${passwordCharsMin} characters or more. Several words that you can remember make a good one.` },
  );
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Without a stored password it takes as long, and is false. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parts = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored ?? '');
  const [, logN, r, p, salt = '', wanted = ''] = parts ?? [];
  if ([...password].length > passwordCharsMax) return false;
  const found = await derive(
    password,
    parts ? Buffer.from(salt, 'base64') : Buffer.alloc(saltBytes),
    parts ? { logN: Number(logN), r: Number(r), p: Number(p) } : cost,
  );
  return timingSafeEqual(found, parts ? padded(Buffer.from(wanted, 'base64')) : Buffer.alloc(hashBytes, 0)) && parts !== null;
}

function derive(password: string, salt: Buffer, { logN, r, p }: typeof cost): Promise<Buffer> {
  const N = 2 ** logN;
  // One text may be spelled in several ways; what looks alike must be alike.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function padded(hash: Buffer): Buffer {
  return hash.length === hashBytes ? hash : Buffer.alloc(hashBytes);
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** A new token, for its holder alone. */
export function newToken(): string {
  return `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
