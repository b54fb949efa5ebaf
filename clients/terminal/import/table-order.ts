// In which order files are loaded into tables with foreign keys: a table after those it refers to. Read from the tokens of the
// schema script, so that no database has to be asked.

import { type Token, tokenize, unquote } from '../../../parser/tokenize.ts';
import { TerminalError } from '../error-text.ts';

/** Table names, lower case, and the tables that each refers to (itself left out). */
export function foreignKeys(script: string): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  const tokens = tokenize(script);
  const word = (at: number): string => tokens[at]?.image.toUpperCase() ?? '';
  let current: Set<string> | undefined;
  let name = '';
  for (let at = 0; at < tokens.length; at++) {
    if (word(at) === ';') current = undefined;
    else if (word(at) === 'CREATE' && word(at + 1) === 'TABLE') {
      at += word(at + 2) === 'IF' ? 5 : 2;
      name = nameOf(tokens[at]);
      current = new Set();
      tables.set(name, current);
    } else if (word(at) === 'REFERENCES' && current) {
      const target = nameOf(tokens[at + 1]);
      if (target !== name) current.add(target);
    }
  }
  return tables;
}

function nameOf(token: Token | undefined): string {
  const image = token?.image ?? '';
  return (/^["`]/.test(image) ? unquote(image) : image).toLowerCase();
}

/** The names in an order where each comes after what it refers to. Throws when tables refer to each other in a circle. */
export function loadOrder(tables: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      throw new TerminalError(
        `The tables ${[...path.slice(path.indexOf(name)), name].join(' → ')} refer to each other in a circle, so none can be loaded first.`,
      );
    }
    state.set(name, 'open');
    for (const target of tables.get(name) ?? []) if (tables.has(target)) visit(target, [...path, name]);
    state.set(name, 'done');
    order.push(name);
  };
  for (const name of tables.keys()) visit(name, []);
  return order;
}
