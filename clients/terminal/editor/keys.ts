// Which key does what in the line editor: the names that readline and Emacs gave them, as `.help keys` lists them.

/** A key as node's keypress events describe it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

export type Action =
  | 'submit'
  | 'newLine'
  | 'complete'
  | 'completeBack'
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'lineStart'
  | 'lineEnd'
  | 'textStart'
  | 'textEnd'
  | 'up'
  | 'down'
  | 'older'
  | 'newer'
  | 'olderLike'
  | 'newerLike'
  | 'deleteLeft'
  | 'deleteRight'
  | 'deleteRightOrEnd'
  | 'deleteWordLeft'
  | 'deleteToBlank'
  | 'deleteWordRight'
  | 'deleteLineStart'
  | 'deleteLineEnd'
  | 'yank'
  | 'undo'
  | 'transpose'
  | 'search'
  | 'searchForward'
  | 'edit'
  | 'clearScreen'
  | 'interrupt'
  | 'suspend'
  | 'escape';

const bindings: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['return', 'submit'],
  ['enter', 'submit'],
  ['M-return', 'newLine'],
  ['M-enter', 'newLine'],
  ['tab', 'complete'],
  ['S-tab', 'completeBack'],
  ['left', 'left'],
  ['C-b', 'left'],
  ['right', 'right'],
  ['C-f', 'right'],
  ['C-left', 'wordLeft'],
  ['M-left', 'wordLeft'],
  ['M-b', 'wordLeft'],
  ['C-right', 'wordRight'],
  ['M-right', 'wordRight'],
  ['M-f', 'wordRight'],
  ['home', 'lineStart'],
  ['C-a', 'lineStart'],
  ['end', 'lineEnd'],
  ['C-e', 'lineEnd'],
  ['C-home', 'textStart'],
  ['M-<', 'textStart'],
  ['C-end', 'textEnd'],
  ['M->', 'textEnd'],
  ['up', 'up'],
  ['down', 'down'],
  ['C-p', 'older'],
  ['C-n', 'newer'],
  ['pageup', 'olderLike'],
  ['pagedown', 'newerLike'],
  ['backspace', 'deleteLeft'],
  ['C-h', 'deleteLeft'],
  ['C-backspace', 'deleteWordLeft'],
  ['delete', 'deleteRight'],
  ['C-d', 'deleteRightOrEnd'],
  ['M-backspace', 'deleteWordLeft'],
  ['C-w', 'deleteToBlank'],
  ['M-d', 'deleteWordRight'],
  ['C-delete', 'deleteWordRight'],
  ['C-u', 'deleteLineStart'],
  ['C-k', 'deleteLineEnd'],
  ['C-y', 'yank'],
  ['C-_', 'undo'],
  ['C-t', 'transpose'],
  ['C-r', 'search'],
  ['C-s', 'searchForward'],
  ['C-l', 'clearScreen'],
  ['C-c', 'interrupt'],
  ['C-g', 'escape'],
  ['C-z', 'suspend'],
  ['escape', 'escape'],
  ['M-escape', 'escape'],
  ['C-x C-e', 'edit'],
]);

/** Keys that begin a pair. */
const prefixes: ReadonlySet<string> = new Set(['C-x']);

/** `C-a`, `M-return`, `S-tab`, `up`; of two keys `C-x C-e`. */
export function keyName(key: Key, before?: string): string {
  const sequence = key.sequence ?? '';
  let name = key.name ?? sequence.replace(/^\x1b/, '');
  let ctrl = key.ctrl ?? false;
  if (sequence === '\x1f') [name, ctrl] = ['_', true];
  const meta = (key.meta ?? false) && name !== 'escape';
  const shift = (key.shift ?? false) && name.length > 1;
  const own = `${ctrl ? 'C-' : ''}${meta ? 'M-' : ''}${shift ? 'S-' : ''}${name}`;
  return before === undefined ? own : `${before} ${own}`;
}

export function actionOf(name: string): Action | undefined {
  return bindings.get(name);
}

export function isPrefix(name: string): boolean {
  return prefixes.has(name);
}

/** The text that a key types, if it types any. */
export function typedText(text: string | undefined, key: Key): string | undefined {
  if (text === undefined || text === '' || key.ctrl || key.meta) return undefined;
  return /^[\x00-\x1f\x7f]/.test(text) ? undefined : text;
}

/** The list for `.help keys`. */
export const keyHelp: readonly (readonly [keys: string, what: string])[] = [
  ['Enter', 'run what is complete, else a new line'],
  ['Alt-Enter', 'a new line'],
  ['Tab, Shift-Tab', 'complete; again to choose'],
  ['Up, Down', 'a line of the statement, at its ends the history'],
  ['Ctrl-P, Ctrl-N', 'the statement before, the one after'],
  ['PageUp, PageDown', 'statements that begin with what stands before the cursor'],
  ['Ctrl-R, Ctrl-S', 'search the history backwards, forwards'],
  ['Ctrl-A, Ctrl-E', 'the start, the end of the line (Home, End)'],
  ['Ctrl-Home, Ctrl-End', 'the start, the end of the statement'],
  ['Alt-B, Alt-F', 'a word left, right (Ctrl-Left, Ctrl-Right)'],
  ['Ctrl-W, Alt-D', 'cut to the blank before, the next word'],
  ['Ctrl-U, Ctrl-K', 'cut to the start, the end of the line'],
  ['Ctrl-Y', 'put back what was cut'],
  ['Ctrl-_', 'undo'],
  ['Ctrl-X Ctrl-E', 'edit in $EDITOR'],
  ['Ctrl-L', 'clear the screen'],
  ['Ctrl-C', 'stop what runs, else drop what is typed'],
  ['Ctrl-D', 'leave, on an empty line'],
];
