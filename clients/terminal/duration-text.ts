// Times as the shell shows them.

/** `0.4 ms`, `12 ms`, `3.20 s`. */
export function durationText(elapsedMs: number): string {
  if (elapsedMs < 10) return `${elapsedMs.toFixed(1)} ms`;
  return elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1000).toFixed(2)} s`;
}

/** `4.2 s`, `1 min 30 s`: of what goes on. */
export function clockText(ms: number, digits = 1): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds.toFixed(digits)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
