// Colour, as a handful of named functions, so that what makes text stays pure: tests and pipes get `plain`.

export interface Paint {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;

/** No colour. */
export const plain: Paint = { dim: same, bold: same, red: same, yellow: same, cyan: same };

/** Colour for a stream: only on a terminal, and not when NO_COLOR is set (no-color.org). */
export async function paintFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Promise<Paint> {
  if (!stream.isTTY || environment.NO_COLOR || environment.TERM === 'dumb') return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { dim: chalk.dim, bold: chalk.bold, red: chalk.red, yellow: chalk.yellow, cyan: chalk.cyan };
}
