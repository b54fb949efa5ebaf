// A line that is not shown while it is typed, as a password is.

import { type Key, keyName, typedText } from './keys.ts';

export class HiddenLine {
  private text = '';

  /** Takes a key. Undefined while the line goes on; then the line, or `givenUp` after Ctrl-C. */
  press(text: string | undefined, key: Key): { readonly line: string } | 'givenUp' | undefined {
    const typed = typedText(text, key);
    if (typed !== undefined) this.text += typed;
    switch (keyName(key)) {
      case 'return':
      case 'enter':
        return { line: this.text };
      case 'C-c':
      case 'C-g':
      case 'escape':
        return 'givenUp';
      case 'C-d':
        return this.text === '' ? 'givenUp' : undefined;
      case 'backspace':
      case 'C-h':
        this.text = Array.from(this.text).slice(0, -1).join('');
        return undefined;
      case 'C-u':
        this.text = '';
        return undefined;
      default:
        return undefined;
    }
  }
}
