// Text to syntax tree: the entry to this folder.
//
//   parse("SELECT 1; MATCH (n) RETURN n").statements.length === 2

import type { Expression, Script } from './ast.ts';
import { refuseDepth } from './depth.ts';
import { QueryError } from './error.ts';
import { tokenOf, withFurtherErrors } from './further-errors.ts';
import type { Form } from './grammar-base.ts';
import { Grammar } from './grammar-statements.ts';
import { withoutSecrets } from './mask-secrets.ts';
import { syntaxError } from './syntax-error.ts';
import { type Token, tokenize, tooDeep } from './tokenize.ts';

let grammar: Grammar | undefined;

/** The statements of a text. Throws QueryError with a `syntax/…` or `limit/…` code; further syntax errors of the text are its `others`. */
export function parse(text: string): Script {
  return run(text, 'select', (parser) => parser.script(), true);
}

/** One expression alone; `form` decides what "x" means. */
export function parseExpression(text: string, form: Form = 'select'): Expression {
  return run(text, form, (parser) => parser.soleExpression());
}

function run<T extends object>(text: string, form: Form, rule: (parser: Grammar) => T, isScript = false): T {
  const tokens: Token[] = tokenize(text);
  grammar ??= new Grammar();
  const parser = grammar;
  parser.input = tokens;
  parser.form = form;
  parser.text = text;
  let tree: T;
  try {
    tree = guarded(() => rule(parser));
  } catch (error) {
    if (!(error instanceof QueryError) || !isScript) throw error;
    throw quotingNoSecrets(withFurtherErrors(parser, error, tokenOf(error, tokens), tokens, text), text);
  }
  const error = parser.errors[0];
  if (error) {
    const first = syntaxError(parser, error.token, tokens, text);
    if (!isScript) throw first;
    const at = tokens.indexOf(error.token);
    throw quotingNoSecrets(withFurtherErrors(parser, first, at < 0 ? tokens.length : at, tokens, text), text);
  }
  refuseDepth(tree, tokens.length);
  return tree;
}

/** An error quotes what it found, which may be a password. */
function quotingNoSecrets(error: QueryError, text: string): QueryError {
  const { code, span, hint, retryable } = error;
  const others = error.others.map((other) => quotingNoSecrets(other, text));
  return new QueryError(code, withoutSecrets(error.message, text), { span, hint, retryable, others });
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
