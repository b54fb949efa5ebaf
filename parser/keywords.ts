// Every word that the grammar knows, in three classes. Plain data without chevrotain, so that the terminal can use it
// for completion and colouring.
//
//   reserved  never a bare identifier. A word is reserved when a forgotten expression before it would otherwise go
//             unnoticed: with LIMIT free, `WHERE LIMIT 3` would filter by a column called limit.
//   clause    an identifier in an expression, but not an alias without AS: `FROM a LEFT JOIN b`.
//   free      an identifier everywhere.
//
// GROUP and ORDER are reserved only before BY. After `.` and `:` and as an object key every word is a name.

export const RESERVED = [
  'AND', 'AS', 'BETWEEN', 'CASE', 'DISTINCT', 'ELSE', 'END', 'EXCEPT', 'FALSE', 'FROM', 'GROUP', 'HAVING', 'IN', 'INTERSECT',
  'IS', 'JOIN', 'LIKE', 'LIMIT', 'MISSING', 'NOT', 'NULL', 'ON', 'OR', 'ORDER', 'RETURN', 'SELECT', 'THEN', 'TRUE', 'UNION',
  'WHEN', 'WHERE', 'WITH', 'XOR',
] as const;

export const CLAUSE_WORDS = [
  'ASC', 'ASCENDING', 'AT', 'CALL', 'COLUMNS', 'CONTAINS', 'CREATE', 'CROSS', 'DELETE', 'DESC', 'DESCENDING', 'DETACH', 'ENDS',
  'ESCAPE', 'FOREACH', 'FULL', 'INNER', 'LEFT', 'LOAD', 'MATCH', 'MERGE', 'NATURAL', 'NULLS', 'OFFSET', 'OPTIONAL', 'OVER',
  'REMOVE', 'RETURNING', 'RIGHT', 'SET', 'SKIP', 'STARTS', 'UNSET', 'UNWIND', 'USING', 'VALUES', 'WINDOW', 'YIELD',
] as const;

export const FREE_WORDS = [
  'ACTION', 'ALL', 'ALLSHORTESTPATHS', 'ALTER', 'ANALYZE', 'ANY', 'AUTOINCREMENT', 'BEGIN', 'BY', 'CASCADE', 'CAST', 'CHECK',
  'COLLATE', 'COLLECT', 'COLLECTION', 'COLLECTIONS', 'COMMIT', 'COMPARE', 'CONSTRAINT', 'COUNT', 'DEFAULT', 'DESCRIBE', 'DOCUMENT',
  'DROP', 'EDGE', 'EXISTS', 'EXPLAIN', 'FIRST', 'FOR', 'FOREIGN', 'FUNCTIONS', 'GENERATED', 'GRAPH', 'GRAPH_TABLE', 'IF', 'INDEX',
  'INDEXES', 'INSERT', 'INTO', 'KEY', 'LABELS', 'LAST', 'NO', 'NONE', 'ONLY', 'OUTER', 'PRIMARY', 'PROCEDURES', 'QUESTIONS', 'READ',
  'RECURSIVE', 'REDUCE', 'REFERENCES', 'RELATIONAL', 'REPLACE', 'RESTRICT', 'ROLLBACK', 'SHORTEST', 'SHORTESTPATH', 'SHOW', 'SINGLE',
  'TABLE', 'TABLES', 'TEMP', 'TEMPORARY', 'TRANSACTION', 'TRIGGER', 'TYPES', 'UNIQUE', 'UNNEST', 'UPDATE', 'VIEW', 'WORK',
] as const;

export type Keyword = (typeof RESERVED)[number] | (typeof CLAUSE_WORDS)[number] | (typeof FREE_WORDS)[number];

/** All keywords, upper case, for completion. */
export const KEYWORDS: readonly Keyword[] = [...RESERVED, ...CLAUSE_WORDS, ...FREE_WORDS];

const needQuotes: ReadonlySet<string> = new Set<string>([...RESERVED, ...CLAUSE_WORDS]);

/** True when a name spelled like this must stand in backquotes to be read as a name wherever a name may stand. */
export function needsBackquotes(name: string): boolean {
  return !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || needQuotes.has(name.toUpperCase());
}
