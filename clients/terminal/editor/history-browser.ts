// The history while a text is being typed: statements before and after, those that begin alike, and the search. It puts what is found
// into the text, and keeps what was being typed to come back to.

import { characterInLine, type Edit, lineMove } from './edit.ts';
import { type Entries, findBeginning, findEntry, placeIn } from './history-search.ts';
import type { Action } from './keys.ts';
import type { TextState } from './text-actions.ts';

interface Search {
  wanted: string;
  found: number | undefined;
  failed: boolean;
  /** What was being typed, to come back to. */
  readonly before: Edit;
}

export class HistoryBrowser {
  private readonly entries: Entries;
  private readonly state: TextState;
  private search: Search | undefined;
  /** The place in the history; its length is the text being typed. */
  private at = 0;
  /** The text being typed while the history is shown. */
  private draft = '';
  /** Where in its line the cursor would be, were the line long enough. */
  private wantedCharacter: number | undefined;

  /** `entries` may grow between two readings. */
  constructor(entries: Entries, state: TextState) {
    this.entries = entries;
    this.state = state;
  }

  /** A new text is typed. */
  begin(): void {
    this.at = this.entries.length;
    this.draft = '';
    this.search = undefined;
  }

  /** What stands before the text while the history is searched. */
  get prompt(): string | undefined {
    return this.search && `${this.search.failed ? 'not found' : 'search'} '${this.search.wanted}'> `;
  }

  /** A line up or down in the text, at its first and last line in the history. */
  moveLine(lines: -1 | 1): void {
    const { edit } = this.state;
    this.wantedCharacter ??= characterInLine(edit);
    const cursor = lineMove(edit, lines, this.wantedCharacter);
    if (cursor !== undefined) return this.state.moveTo(cursor);
    this.step(lines);
  }

  /** The cursor was moved in another way. */
  forgetCharacter(): void {
    this.wantedCharacter = undefined;
  }

  /** The statement before (-1), the one after (1). */
  step(entries: -1 | 1): void {
    this.goTo(this.at + entries);
  }

  /** The next statement that begins with what stands before the cursor. */
  stepAlike(step: -1 | 1): void {
    const { text, cursor } = this.state.edit;
    const found = findBeginning(this.entries, text.slice(0, cursor), this.at + step, step, text);
    if (found === undefined && step < 0) return;
    this.goTo(found ?? this.entries.length);
    this.state.moveTo(Math.min(cursor, this.state.edit.text.length));
  }

  startSearch(): void {
    this.search = { wanted: '', found: undefined, failed: false, before: this.state.edit };
  }

  endSearch(): void {
    this.search = undefined;
  }

  /** Takes a key while the history is searched; false if it ends the search and means what it always means. */
  pressInSearch(action: Action | undefined, typed: string | undefined): boolean {
    const { search } = this;
    if (!search) return false;
    if (typed !== undefined) {
      this.searchFor(search, search.wanted + typed);
      return true;
    }
    switch (action) {
      case 'search':
      case 'searchForward':
        this.searchNext(search, action === 'search' ? -1 : 1);
        return true;
      case 'deleteLeft':
        this.searchFor(search, search.wanted.slice(0, -1));
        return true;
      case 'interrupt':
      case 'escape':
        this.search = undefined;
        this.state.reset(search.before);
        return true;
      default:
        this.search = undefined;
        return false;
    }
  }

  private goTo(place: number): void {
    if (place < 0 || place > this.entries.length) return;
    if (this.at === this.entries.length) this.draft = this.state.edit.text;
    this.at = place;
    this.wantedCharacter = undefined;
    const text = this.entries[place] ?? this.draft;
    this.state.reset({ text, cursor: text.length });
  }

  private searchFor(search: Search, wanted: string): void {
    search.wanted = wanted;
    const from = search.found ?? this.entries.length - 1;
    this.showFound(search, wanted === '' ? undefined : findEntry(this.entries, wanted, from, -1));
  }

  private searchNext(search: Search, step: -1 | 1): void {
    if (search.wanted === '') return;
    const beside = search.found === undefined ? undefined : this.entries[search.found];
    this.showFound(search, findEntry(this.entries, search.wanted, (search.found ?? this.entries.length) + step, step, beside));
  }

  private showFound(search: Search, found: number | undefined): void {
    search.failed = found === undefined && search.wanted !== '';
    if (found === undefined) return;
    search.found = found;
    this.at = found;
    const text = this.entries[found] ?? '';
    this.state.reset({ text, cursor: Math.max(0, placeIn(text, search.wanted)) });
  }
}
