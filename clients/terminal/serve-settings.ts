// The words of `trefoil serve` and `trefoil start` that set how the server works: durability, reading threads, limits.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { QueryError } from '../../parser/error.ts';
import { readLimit } from '../../server/limits.ts';
import type { ServerOptions } from '../../server/serve.ts';

export type ServeSettings = Pick<ServerOptions, 'durability' | 'readers' | 'limits'>;

export interface ServeWords {
  readonly durability?: 'full' | 'normal';
  readonly readers?: number;
  readonly limit?: { readonly [name: string]: number };
}

export function addServeSettings(command: Command): Command {
  return command
    .addOption(
      new Option('--durability <level>', 'full: a write is answered when it is on the disk; normal: sooner')
        .choices(['full', 'normal'])
        .default('full'),
    )
    .option('--readers <number>', 'reading threads (default: processors less one)', threadNumber)
    .option(
      '--limit <name=value>',
      'set a limit, as in --limit connections=200; SHOW LIMITS lists them (may be given several times)',
      addLimit,
    );
}

/** What the words said. */
export function serveSettings({ durability, readers, limit }: ServeWords): ServeSettings {
  return {
    ...(durability === undefined ? {} : { durability }),
    ...(readers === undefined ? {} : { readers }),
    ...(limit === undefined ? {} : { limits: limit }),
  };
}

function threadNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
  throw new InvalidArgumentError('It is a number from 1 to 64.');
}

function addLimit(text: string, before: ServeWords['limit'] = {}): ServeWords['limit'] {
  try {
    const [name, value] = readLimit(text);
    return { ...before, [name]: value };
  } catch (error) {
    if (error instanceof QueryError) throw new InvalidArgumentError(`${error.message} ${error.hint ?? ''}`.trim());
    throw error;
  }
}
