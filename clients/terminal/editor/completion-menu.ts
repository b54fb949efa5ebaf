// What Tab does to the text: it puts in what all candidates have in common, and then goes through them, with a menu below.

import { type Edit, replaceBefore } from './edit.ts';
import { commonBeginning, type MenuPaint, type MenuRoom, menuRows } from './menu.ts';
import type { TextState } from './text-actions.ts';

interface Choice {
  readonly candidates: readonly string[];
  /** Where the piece that they replace begins. */
  readonly start: number;
  readonly before: Edit;
  selected: number | undefined;
}

export class CompletionMenu {
  private readonly state: TextState;
  private choice: Choice | undefined;

  constructor(state: TextState) {
    this.state = state;
  }

  get isOpen(): boolean {
    return this.choice !== undefined;
  }

  /** Takes candidates for the text from `start` to the cursor. */
  offer(candidates: readonly string[], start: number): void {
    const before = this.state.edit;
    if (candidates.length === 0) return;
    const common = commonBeginning(candidates);
    if (common.length > before.cursor - start || candidates.length === 1) this.state.change(replaceBefore(before, start, common));
    if (candidates.length > 1) this.choice = { candidates, start, before: this.state.edit, selected: undefined };
  }

  /** The next candidate, or with -1 the one before. */
  choose(step: -1 | 1): void {
    const { choice } = this;
    if (!choice) return;
    const { candidates, selected } = choice;
    const first = step > 0 ? 0 : candidates.length - 1;
    choice.selected = selected === undefined ? first : (selected + step + candidates.length) % candidates.length;
    this.state.change(replaceBefore(choice.before, choice.start, candidates[choice.selected] ?? ''), true);
  }

  /** Closes the menu and leaves the text as it is now. */
  close(): void {
    this.choice = undefined;
  }

  /** Closes the menu; the text is what it was before the choosing. */
  giveUp(): void {
    if (this.choice) this.state.change(this.choice.before);
    this.choice = undefined;
  }

  /** The menu as it stands below the text; none while it is closed. */
  rows(room: MenuRoom, paint: MenuPaint): string[] {
    return this.choice ? menuRows(this.choice.candidates, this.choice.selected, room, paint) : [];
  }
}
