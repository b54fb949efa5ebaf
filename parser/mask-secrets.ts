// Texts that hold a password, for whoever keeps or shows texts: logs, caret lines, the shell's history. Works on any text, also one
// that does not parse, so it covers rather too much: every quoted piece of such a text.
//
//   maskSecrets("CREATE USER ada PASSWORD 'lovelace'")   "CREATE USER ada PASSWORD '********'"

const gap = String.raw`(?:\s|/\*[^]*?\*/|--[^\n]*\n|//[^\n]*\n)`;
const holds = new RegExp(String.raw`\b(?:create|alter)${gap}+user\b|\bpassword${gap}*['"]`, 'i');
const quoted = /'(?:[^'\\]|''|\\[^])*(?:'|$)|"(?:[^"\\]|""|\\[^])*(?:"|$)/g;

/** True for a text that may hold a password. */
export function holdsSecret(text: string): boolean {
  return holds.test(text);
}

/** The text with stars in the place of its quoted pieces, as long as before; a text that holds no password as it is. */
export function maskSecrets(text: string): string {
  if (!holdsSecret(text)) return text;
  return text.replace(quoted, (piece) => {
    const ends = piece.length > 1 && piece.endsWith(piece[0] ?? '') ? 1 : 0;
    return `${piece[0]}${piece.slice(1, piece.length - ends).replace(/[^\n]/g, '*')}${ends ? piece[0] : ''}`;
  });
}

/** A message about the text without its quoted pieces, also where it shows only their beginning. */
export function withoutSecrets(message: string, text: string): string {
  if (!holdsSecret(text)) return message;
  let shown = message;
  for (const [piece] of text.matchAll(quoted)) {
    const inner = piece.slice(1).replace(/['"]$/, '');
    for (const part of [piece, inner]) {
      if (part.length > 2) shown = shown.replaceAll(part, '…');
      if (part.length > shownCharsMax) shown = shown.replaceAll(part.slice(0, shownCharsMax), '…');
    }
  }
  return shown;
}

/** Messages cut what they quote somewhere behind this. */
const shownCharsMax = 30;
