// Text to syntax tree: the entry to this folder.
//
//   parse("SELECT 1; MATCH (n) RETURN n").statements.length === 2

import type { Expression, Script } from './ast.ts';
import { refuseDepth } from './depth.ts';
import type { Form } from './grammar-base.ts';
import { Grammar } from './grammar-statements.ts';
import { syntaxError } from './syntax-error.ts';
import { type Token, tokenize, tooDeep } from './tokenize.ts';

let grammar: Grammar | undefined;

/** The statements of a text. Throws QueryError with a `syntax/…` or `limit/…` code. */
export function parse(text: string): Script {
  return run(text, 'select', (parser) => parser.script());
}

/** One expression alone; `form` decides what "x" means. */
export function parseExpression(text: string, form: Form = 'select'): Expression {
  return run(text, form, (parser) => parser.soleExpression());
}

function run<T extends object>(text: string, form: Form, rule: (parser: Grammar) => T): T {
  const tokens: Token[] = tokenize(text);
  grammar ??= new Grammar();
  const parser = grammar;
  parser.input = tokens;
  parser.form = form;
  const tree = guarded(() => rule(parser));
  const error = parser.errors[0];
  if (error) throw syntaxError(parser, error.token, tokens, text);
  refuseDepth(tree, tokens.length);
  return tree;
}

// Nesting is limited long before the stack is full, unless the caller has used most of it already.
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) throw tooDeep(undefined);
    throw error;
  }
}
