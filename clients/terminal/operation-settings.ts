// The words of `trefoil serve` and `trefoil start` for who runs the server: TLS, web pages, reading only, the log, and where the settings
// that the command line leaves open come from.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LogLevel } from '../../server/serve.ts';
import { openSettings, variableOf } from './open-settings.ts';
import { UsageError } from './usage-error.ts';

/** Not taken from the server, which would be loaded for every command then. */
const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

export interface OperationSettings {
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly origins?: readonly string[];
  readonly readOnly?: true;
  /** Absent: `info`, and `warn` where a person looks at the output. */
  readonly logLevel?: LogLevel;
  /** 0: none. */
  readonly slowMs?: number;
}

export interface OperationWords {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly origin?: readonly string[];
  readonly readOnly?: boolean;
  readonly logLevel?: LogLevel;
  readonly slowMs?: number;
}

/** To be called when all options of the command are there. */
export function addOperationSettings(command: Command): Command {
  command
    .option('--tls-cert <file>', 'a certificate in PEM form: clients then connect with wss:// and https://')
    .option('--tls-key <file>', 'the key of the certificate')
    .option('--origin <origin...>', 'web pages of these origins may connect, as in https://app.example')
    .option('--read-only', 'refuse statements that write')
    .addOption(new Option('--log-level <level>', 'what is written to standard error, as JSON Lines').choices(logLevels))
    .option('--slow-ms <number>', 'statements that take longer are logged with their plans; 0: none (default: 1000)', milliseconds)
    .option('--config <file>', 'a TOML file with settings, named as the flags are')
    .addHelpText('after', `\nEach setting can also be given as a variable: --port as ${variableOf(new Option('--port'))}.`)
    .hook('preAction', () => openSettings(command, process.env));
  return command;
}

export function operationSettings({ tlsCert, tlsKey, origin, readOnly, logLevel, slowMs }: OperationWords): OperationSettings {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key go together.');
  return {
    ...(tlsCert === undefined || tlsKey === undefined ? {} : { tls: { cert: tlsCert, key: tlsKey } }),
    ...(origin === undefined ? {} : { origins: origin }),
    ...(readOnly && { readOnly }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(slowMs === undefined ? {} : { slowMs }),
  };
}

function milliseconds(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It is a whole number of milliseconds.');
}
