// Which statements throw away a whole table, collection or graph: the shell asks a person before it runs one. The parser decides, so
// that a WHERE in a string or a subquery does not count; a text that it does not take is left to the server to refuse.

import type { Clause, DeleteClause, NodePattern } from '../../parser/ast-query.ts';
import type { Statement } from '../../parser/ast.ts';

/** What the statement would do, as a sentence: `This deletes all rows of person.` Undefined for any other. */
export async function destruction(text: string): Promise<string | undefined> {
  // The parser takes a moment to load, so most statements are told by their words.
  if (!/\b(?:delete|update|drop|truncate)\b/i.test(text)) return undefined;
  const { parse } = await import('../../parser/parse.ts');
  try {
    return sentenceOf(parse(text).statements[0]);
  } catch {
    return undefined;
  }
}

function sentenceOf(statement: Statement | undefined): string | undefined {
  switch (statement?.kind) {
    case 'delete':
      return statement.where || statement.limit || statement.using ? undefined : `This deletes all of ${statement.from.text}.`;
    case 'update':
      return statement.where || statement.limit || statement.from ? undefined : `This changes all of ${statement.target.text}.`;
    case 'dropTable':
    case 'dropCollection':
      return `This drops ${[statement.name, ...(statement.also ?? [])].map((name) => name.text).join(', ')} with all that is in it.`;
    case 'alterTable':
      return statement.actions.some((action) => action.kind === 'dropColumn') ? 'This drops a column with all its values.' : undefined;
    case 'query':
      return statement.query.kind === 'pipeline' ? pipelineSentence(statement.query.clauses) : undefined;
    default:
      return undefined;
  }
}

/** `MATCH (n) DETACH DELETE n` and `MATCH (n:Person) DELETE n`: no condition anywhere before. */
function pipelineSentence(clauses: readonly Clause[]): string | undefined {
  const deletes = clauses.find((clause): clause is DeleteClause => clause.kind === 'deleteElements');
  const [match, next] = clauses;
  if (!deletes || match?.kind !== 'match' || next !== deletes || match.where || match.optional) return undefined;
  if (match.patterns.some(({ nodes, edges }) => edges.length > 0 || nodes.some((node) => node.properties || node.where))) return undefined;
  const [node] = match.patterns.flatMap((pattern) => pattern.nodes);
  return `This deletes all nodes${labelText(node)}${deletes.detach ? ' and their edges' : ''}.`;
}

function labelText(node: NodePattern | undefined): string {
  if (!node?.labels) return '';
  return node.labels.kind === 'label' ? ` with the label ${node.labels.name.text}` : ' with these labels';
}
