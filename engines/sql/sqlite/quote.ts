// How names and texts are written in SQLite's SQL. Used wherever SQL text is put together outside the compiler.

/** `a"b` → `"a""b"` */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `it's` → `'it''s'` */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
