// Refuses trees that are too deep for the recursive functions that walk them later. Brackets are limited when the text
// is tokenized; what is left are long chains, `1 + 1 + 1 + …` or `a.b.c. …`, which make left-deep trees without nesting.

import { QueryError, type Span } from './error.ts';

/** The most operators in one chain, and with them the deepest tree. */
const CHAIN_MAX = 2000;

/** The most clauses of one query in pipeline form: each is a level of its plan. */
const CLAUSES_MAX = 1000;

/** Throws `limit/query-size` for a query of too many clauses, and `limit/depth` if an expression of the tree is deeper than CHAIN_MAX. A short text cannot be, and costs nothing. */
export function refuseDepth(tree: object, tokenCount: number): void {
  if (tokenCount <= CHAIN_MAX) return;
  let level: object[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > CHAIN_MAX) {
      const deepest = level.find((node): node is { span: Span } => 'span' in node);
      throw new QueryError('limit/depth', `An expression is more than ${CHAIN_MAX} operators deep.`, {
        span: deepest?.span,
        hint: 'Write a list instead of a long chain: x IN (…), or UNWIND a parameter.',
      });
    }
    const next: object[] = [];
    for (const node of level) {
      if ('clauses' in node) refuseManyClauses(node.clauses as readonly { readonly span: Span }[]);
      pushChildren(node, next);
    }
    level = next;
  }
}

function refuseManyClauses(clauses: readonly { readonly span: Span }[]): void {
  if (clauses.length <= CLAUSES_MAX) return;
  throw new QueryError('limit/query-size', `A query has more than ${CLAUSES_MAX} clauses.`, {
    span: clauses[CLAUSES_MAX]?.span,
    hint: 'Write several statements in one transaction, several patterns in one CREATE, or UNWIND a parameter.',
  });
}

// Arrays are no level of their own: 10,000 rows of VALUES are wide, not deep.
function pushChildren(node: object, into: object[]): void {
  for (const child of Object.values(node)) {
    if (typeof child !== 'object' || child === null || child instanceof Uint8Array) continue;
    if (Array.isArray(child)) pushChildren(child, into);
    else into.push(child);
  }
}
