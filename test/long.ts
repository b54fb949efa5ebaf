// What `npm test` leaves to `npm run test:long`, which runs every test, and each of them whole: there TREFOIL_RUNS is 20. The short run
// takes every kind of what is tested, of each kind a part: few random cases, and other ones each time, smaller sizes, and of many that are
// alike those whose names are in one share.

const factor = Number(process.env.TREFOIL_RUNS ?? 1);

export const longRun = factor > 1;

/** How many random cases a property is tried on. */
export function runs(usual: number): number {
  return Math.ceil(usual * factor);
}

/** Of many that are alike, whether the one of this name is run now: in the short run one in `shares` is. */
export function isRun(name: string, shares: number): boolean {
  return longRun || shareOf(name, shares) === 0;
}

/** A number below `shares`, the same on every machine and whatever other names there are (FNV-1a). */
export function shareOf(name: string, shares: number): number {
  let hash = 0x811c9dc5;
  for (const char of name) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash % shares;
}
