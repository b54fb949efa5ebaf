// Times as the shell shows them.

/** `0.4 ms`, `12 ms`, `3.20 s`. */
export function durationText(elapsedMs: number): string {
  if (elapsedMs < 10) return `${elapsedMs.toFixed(1)} ms`;
  return elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1000).toFixed(2)} s`;
}
