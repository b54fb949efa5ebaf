// What the tests of one file have started and nobody has stopped. Test files share their modules (vitest.config.ts), so the end of a file is
// told by the setup file, which runs for each, and not by whoever starts something.

const started: (() => Promise<unknown>)[] = [];

/** The last one started is stopped first. */
export function stopAfterFile(stop: () => Promise<unknown>): void {
  started.push(stop);
}

export async function stopAll(): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop();
}
