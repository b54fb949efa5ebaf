// Numbers with their noun, for messages.

/** `1 row`, `1,000 rows`, `2 properties`. */
export function countText(number: number, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : /(x|ch|sh|s)$/.test(noun) ? `${noun}es` : `${noun}s`;
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}
