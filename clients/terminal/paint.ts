// Colour, as a handful of named functions, so that what makes text stays pure: tests and pipes get `plain`.

import { isDumb } from './streams.ts';

export interface Paint {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  /** What is chosen in a list. */
  readonly inverse: (text: string) => string;
  /** Errors. */
  readonly red: (text: string) => string;
  /** Notices; labels and parameters in statements. */
  readonly yellow: (text: string) => string;
  /** Hints, names before values. */
  readonly cyan: (text: string) => string;
  /** Text in statements and trees. */
  readonly green: (text: string) => string;
  /** Numbers in statements and trees. */
  readonly magenta: (text: string) => string;
  /** Words of the language. */
  readonly keyword: (text: string) => string;
  /** A line of a statement, in its colours once they are loaded (paint-statement.ts). */
  statement: (line: string) => string;
  readonly isColoured: boolean;
}

const same = (text: string): string => text;

/** No colour. */
export const plain: Paint = {
  dim: same,
  bold: same,
  inverse: same,
  red: same,
  yellow: same,
  cyan: same,
  green: same,
  magenta: same,
  keyword: same,
  statement: same,
  isColoured: false,
};

/** Colour for a stream: only on a terminal, and not when NO_COLOR is set (no-color.org). */
export async function paintFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Promise<Paint> {
  if (!stream.isTTY || environment.NO_COLOR || isDumb(environment)) return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    dim: chalk.dim,
    bold: chalk.bold,
    inverse: chalk.inverse,
    red: chalk.red,
    yellow: chalk.yellow,
    cyan: chalk.cyan,
    green: chalk.green,
    magenta: chalk.magenta,
    keyword: chalk.blueBright,
    statement: same,
    isColoured: true,
  };
}
