// The actions that change nothing but the text and the cursor, by name, and what can be undone.

import {
  charLeft,
  charRight,
  type Cut,
  deleteLeft,
  deleteLineEnd,
  deleteLineStart,
  deleteRight,
  deleteToBlank,
  deleteWordLeft,
  deleteWordRight,
  type Edit,
  lineEnd,
  lineStart,
  transpose,
  wordLeft,
  wordRight,
} from './edit.ts';
import type { Action } from './keys.ts';

const moves: Readonly<Partial<Record<Action, (edit: Edit) => number>>> = {
  left: charLeft,
  right: charRight,
  wordLeft,
  wordRight,
  lineStart,
  lineEnd,
  textStart: () => 0,
  textEnd: ({ text }) => text.length,
};

const cuts: Readonly<Partial<Record<Action, (edit: Edit) => Cut>>> = {
  deleteLeft,
  deleteRight,
  deleteRightOrEnd: deleteRight,
  deleteWordLeft,
  deleteToBlank,
  deleteWordRight,
  deleteLineStart,
  deleteLineEnd,
};

/** Single characters are not kept for Ctrl-Y. */
const unkept: ReadonlySet<Action> = new Set<Action>(['deleteLeft', 'deleteRight', 'deleteRightOrEnd']);

/** The text with what was cut last and what it was before. */
export class TextState {
  private current: Edit;
  private kept = '';
  private readonly undos: Edit[] = [];
  /** Typing goes on in the newest entry of `undos`. */
  private typing = false;

  constructor(edit: Edit) {
    this.current = edit;
  }

  get edit(): Edit {
    return this.current;
  }

  /** Does an action of this file; false for any other. */
  apply(action: Action): boolean {
    const move = moves[action];
    if (move) {
      this.typing = false;
      this.current = { text: this.current.text, cursor: move(this.current) };
      return true;
    }
    const cut = cuts[action];
    if (cut) {
      const { edit, cut: taken } = cut(this.current);
      if (taken !== '' && !unkept.has(action)) this.kept = taken;
      this.change(edit);
      return true;
    }
    switch (action) {
      case 'yank':
        this.put(this.kept);
        return true;
      case 'transpose':
        this.change(transpose(this.current));
        return true;
      case 'undo':
        this.typing = false;
        this.current = this.undos.pop() ?? this.current;
        return true;
      default:
        return false;
    }
  }

  /** Puts text in at the cursor. Letters typed one after the other are undone a word at a time. */
  put(piece: string, typed = false): void {
    const { text, cursor } = this.current;
    const goesOn = typed && this.typing && !/\s/.test(piece);
    this.change({ text: text.slice(0, cursor) + piece + text.slice(cursor), cursor: cursor + piece.length }, goesOn);
    this.typing = typed;
  }

  /** Takes a new text, which can be undone. */
  change(edit: Edit, withoutUndo = false): void {
    if (!withoutUndo && edit.text !== this.current.text) this.undos.push(this.current);
    this.typing = false;
    this.current = edit;
  }

  /** Begins anew with another text. What was cut stays. */
  reset(edit: Edit): void {
    this.undos.length = 0;
    this.typing = false;
    this.current = edit;
  }

  moveTo(cursor: number): void {
    this.typing = false;
    this.current = { text: this.current.text, cursor };
  }
}
