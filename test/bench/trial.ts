// One trial: the same work done by Trefoil and by a raw part or a peer, alternately, in one run. What counts is the ratio of the
// medians; absolute figures move with the machine.

export interface Contender {
  readonly name: string;
  /** Does the work once; returns something that depends on it, which must agree between contenders. */
  readonly run: () => unknown | Promise<unknown>;
}

export interface Trial {
  readonly name: string;
  /** What one run is: `1 read`, `10,000 documents`. */
  readonly unit: string;
  /** Units per run, for the figure per unit. */
  readonly units: number;
  /** Stated with every figure that writes. */
  readonly durability?: string;
  /** The first is Trefoil; the others are what it is compared with. */
  readonly contenders: readonly Contender[];
  readonly rounds?: number;
}

export interface Figure {
  readonly trial: string;
  readonly contender: string;
  readonly microsecondsPerUnit: number;
  /** Median of Trefoil's times divided by this contender's: above 1 Trefoil is slower. */
  readonly ratio: number;
  readonly unit: string;
  readonly durability: string;
}

export async function runTrial(trial: Trial): Promise<Figure[]> {
  const times = trial.contenders.map((): number[] => []);
  const rounds = trial.rounds ?? 7;
  let expected: string | undefined;
  for (let round = -1; round < rounds; round++) {
    for (const [i, c] of trial.contenders.entries()) {
      const start = performance.now();
      const answer = JSON.stringify(await c.run(), (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
      const time = performance.now() - start;
      if (round < 0) {
        expected ??= answer;
        if (answer !== expected)
          throw new Error(`${trial.name}: ${c.name} answers ${answer?.slice(0, 200)} instead of ${expected?.slice(0, 200)}`);
      } else times[i]?.push(time);
    }
  }
  const medians = times.map(median);
  return trial.contenders.map((c, i) => ({
    trial: trial.name,
    contender: c.name,
    microsecondsPerUnit: ((medians[i] ?? 0) * 1000) / trial.units,
    ratio: (medians[0] ?? 0) / (medians[i] ?? 1),
    unit: trial.unit,
    durability: trial.durability ?? '',
  }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
