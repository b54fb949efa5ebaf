// Settings that the command line leaves open: from the environment (`--tls-cert` is TREFOIL_TLS_CERT), then from a TOML file (`tls-cert = "…"`,
// limits in a table `[limit]`). A flag goes before the environment, and that before the file.

import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { parse } from 'smol-toml';
import { didYouMean } from '../../parser/error.ts';
import { UsageError } from './usage-error.ts';

type Source = 'env' | 'config';

/** The variable of a flag. */
export function variableOf(option: Option): string {
  return `TREFOIL_${flagOf(option).replaceAll('-', '_').toUpperCase()}`;
}

/** Sets the options that were not given as flags. Throws UsageError for a value that the flag would not take, and for names that are no flag's. */
export function openSettings(command: Command, environment: NodeJS.ProcessEnv): void {
  const options = command.options.filter((option) => option.long !== undefined);
  const isOpen = (option: Option): boolean => command.getOptionValueSource(option.attributeName()) !== 'cli';
  for (const option of options) {
    const text = environment[variableOf(option)];
    if (text !== undefined && text !== '' && isOpen(option)) set(command, option, text, 'env', variableOf(option));
  }
  const file: unknown = command.opts()['config'];
  if (typeof file !== 'string') return;
  for (const [name, value] of Object.entries(readConfig(file))) {
    const option = options.find((known) => flagOf(known) === name && name !== 'config');
    if (option === undefined) throw unknownSetting(file, name, options);
    const source = command.getOptionValueSource(option.attributeName());
    if (source !== 'cli' && source !== 'env') set(command, option, value, 'config', `${name} in ${file}`);
  }
}

function flagOf(option: Option): string {
  return (option.long ?? '').replace(/^--/, '');
}

function readConfig(file: string): { readonly [name: string]: unknown } {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${file} cannot be used as a configuration: ${message}`);
  }
}

function unknownSetting(file: string, name: string, options: readonly Option[]): UsageError {
  const near = didYouMean(name, options.map(flagOf));
  return new UsageError(`${file} sets "${name}", which there is not.${near === undefined ? '' : ` ${near}`}`);
}

function set(command: Command, option: Option, value: unknown, source: Source, name: string): void {
  try {
    command.setOptionValueWithSource(option.attributeName(), valueOf(option, value), source);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

/** What the flag would have made of it. */
function valueOf(option: Option, value: unknown): unknown {
  if (!option.required && !option.optional) return truth(value);
  const texts = textsOf(value, option.variadic || option.attributeName() === 'limit');
  if (option.argChoices !== undefined && !option.argChoices.includes(texts[0] ?? ''))
    throw new InvalidArgumentError(`It is one of ${option.argChoices.join(', ')}.`);
  const { parseArg } = option;
  // Those with choices have a parser of commander's own, which checks what is checked already.
  if (parseArg === undefined || option.argChoices !== undefined) return option.variadic ? texts : texts[0];
  let parsed: unknown;
  for (const text of texts) parsed = parseArg(text, parsed);
  return parsed;
}

function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'off'].includes(text)) return false;
  throw new InvalidArgumentError('It is true or false.');
}

/** Several are a list or a table in the file, and stand apart by spaces or commas in a variable. */
function textsOf(value: unknown, several: boolean): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return Object.entries(value).map(([name, item]) => `${name}=${String(item)}`);
  return several
    ? String(value)
        .split(/[\s,]+/)
        .filter(Boolean)
    : [String(value)];
}
