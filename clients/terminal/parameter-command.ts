// `.param`: values of `$name` in statements. A secret is asked for without being shown, and is not listed.

import type { Client, ClientValue } from '../../server/protocol/client.ts';
import type { CommandContext, ShellCommand } from './command.ts';
import { firstWord } from './command-words.ts';
import { isQueryFailure, movedError, TerminalError } from './error-text.ts';
import { ask } from './execute.ts';
import { isSecretName } from './history.ts';
import { StatementFailure } from './script.ts';
import { write } from './streams.ts';
import { literalText } from './value-text.ts';

export const parameterCommand: ShellCommand = {
  usage: '.param [set NAME [VALUE]|list|clear [NAME]]',
  help: 'values for $name in statements',
  more: [
    '  VALUE is an expression, as in .param set born 1990 + 10.',
    '  Without a VALUE it is a text, asked for without being shown, and nowhere kept.',
  ].join('\n'),
  run: parameter,
};

async function parameter(context: CommandContext, words: readonly string[], rest: string): Promise<void> {
  const { parameters } = context;
  const [verb = 'list', given] = words;
  const name = given?.replace(/^\$/, '').replace(/=$/, '');
  switch (verb.toLowerCase()) {
    case 'list':
      return list(context);
    case 'set': {
      const [, expression] = firstWord(firstWord(rest)[1]);
      if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) throw new TerminalError('Which parameter? .param set NAME VALUE');
      const text = expression.replace(/^=\s*/, '').replace(/;\s*$/, '');
      return text === '' ? setHidden(context, name) : set(context, name, text);
    }
    case 'clear':
    case 'unset':
      if (name === undefined) parameters.clear();
      else if (!parameters.delete(name)) throw new TerminalError(`There is no parameter $${name}.`);
      return;
    default:
      throw new TerminalError(`.param knows set, list and clear, not "${verb}".`);
  }
}

async function list({ parameters, hiddenParameters, streams, paint }: CommandContext): Promise<void> {
  if (parameters.size === 0) return write(streams.output, 'No parameters are set. .param set NAME VALUE sets one.\n');
  for (const [name, value] of parameters) {
    const shown = hiddenParameters.has(name) ? paint.dim('(not shown)') : literalText(value as ClientValue);
    await write(streams.output, `${paint.yellow(`$${name}`)} = ${shown}\n`);
  }
}

async function set({ client, parameters, hiddenParameters, signal }: CommandContext, name: string, text: string): Promise<void> {
  const value = await evaluate(client, text, parameters, signal);
  parameters.set(name, value);
  if (isSecretName(name)) hiddenParameters.add(name);
  else hiddenParameters.delete(name);
}

async function setHidden({ interactive, input, parameters, hiddenParameters, streams }: CommandContext, name: string): Promise<void> {
  if (!interactive) throw new TerminalError(`Which value? .param set ${name} VALUE`, "Text stands in quotes: .param set name 'Ada'");
  const value = await input.hidden(`$${name}, a text that is not shown: `);
  if (value === undefined) return write(streams.output, `$${name} is left as it was.\n`);
  parameters.set(name, value);
  hiddenParameters.add(name);
  await write(streams.output, `$${name} has a text of ${value.length.toLocaleString('en')} characters.\n`);
}

const before = 'SELECT (';

/** The value of an expression. An error points into the expression, not into the query round it. */
async function evaluate(client: Client, text: string, parameters: ReadonlyMap<string, unknown>, signal: AbortSignal): Promise<ClientValue> {
  try {
    const { rows } = await ask(client, `${before}${text}\n) AS value`, Object.fromEntries(parameters), { signal });
    return rows[0]?.[0] ?? null;
  } catch (error) {
    if (!isQueryFailure(error)) throw error;
    const place = (offset: number): number => Math.max(0, Math.min(offset - before.length, text.length));
    const atEnd = error.span !== undefined && error.span.start - before.length >= text.length;
    const said = atEnd ? error.message.replace('found ")"', 'found the end of the value') : error.message;
    throw new StatementFailure(movedError(error, place, said), { text });
  }
}
