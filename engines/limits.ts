// The named limits of a run, with their units. Passing one is a QueryError `limit/*` or, where said, only switches an
// optimisation off. Limits of the parser and of the server stand with them.

/** Rounds of one recursive query; beyond: `limit/recursion`. */
export const recursionRoundsMax = 1_000_000;

/** Rows that one operator may hold at a time (sort, hash join, aggregate, writes, …); beyond: `limit/rows-in-memory`. */
export const rowsInMemoryMax = 20_000_000;

/** Distinct values that a join pushes to its other side; beyond, the other side runs unfiltered. */
export const keysPushedMax = 20_000;

/** Rows that a sort under a LIMIT keeps in its heap; beyond, everything is sorted. */
export const topRowsMax = 100_000;

/** Values (lists count by their length) that a correlated subquery remembers; beyond, it forgets and starts anew. */
export const subqueryMemoryValuesMax = 100_000;

/** Items of a list that is made by one function or operator; beyond: `limit/list`. */
export const listItemsMax = 10_000_000;

/** Rows, documents or elements in one call of the storage. */
export const writeBatchRows = 1024;

/** UTF-16 units of a text that is made by one function; beyond: `limit/text`. */
export const textUnitsMax = 100_000_000;

/** Half a gigabyte: the longest text of the runtime, in UTF-16 units; beyond: `limit/text`. */
export const runtimeTextUnitsMax = 0x1fffffe8;

/** Parts of values (items and fields, through all levels) that one comparison or one function goes through; beyond: `limit/value-parts`. */
export const valuePartsMax = 20_000_000;

/** Parts after which what goes through a value looks at these limits; a power of two. */
export const visitsPerLook = 1 << 18;

/** Paths between commas and edges that a pattern of MATCH or MERGE has; beyond: `limit/query-size`. */
export const patternPartsMax = 1000;

/** Times that the common tables of a statement are used, in each other too; beyond: `limit/query-size`. */
export const commonTableUsesMax = 1000;
