// How many random cases a property is tried on. `npm test` takes few, and other ones each time; `npm run test:long` takes twenty times as
// many. TREFOIL_RUNS is the factor.

const factor = Number(process.env.TREFOIL_RUNS ?? 1);

export function runs(usual: number): number {
  return Math.ceil(usual * factor);
}
