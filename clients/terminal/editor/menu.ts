// The candidates of a completion, in columns below the line, as many rows as there is room for.

import { textColumns } from './columns.ts';

/** The longest text that all candidates begin with; letters that differ in case alone are taken from the first. */
export function commonBeginning(candidates: readonly string[]): string {
  let common = candidates[0] ?? '';
  for (const candidate of candidates) {
    let length = 0;
    while (length < common.length && common[length]?.toLowerCase() === candidate[length]?.toLowerCase()) length++;
    common = common.slice(0, length);
  }
  return common;
}

export interface MenuRoom {
  readonly width: number;
  readonly rows: number;
}

export interface MenuPaint {
  readonly dim: (text: string) => string;
  readonly chosen: (text: string) => string;
}

/** Rows of candidates, the selected one painted; a last row counts those that found no room. */
export function menuRows(candidates: readonly string[], selected: number | undefined, room: MenuRoom, paint: MenuPaint): string[] {
  const columnWidth = Math.min(Math.max(...candidates.map(textColumns)) + 2, room.width - 1);
  const perRow = Math.max(1, Math.floor((room.width - 1) / columnWidth));
  const rowsNeeded = Math.ceil(candidates.length / perRow);
  const rowsShown = rowsNeeded <= room.rows ? rowsNeeded : Math.max(1, room.rows - 1);
  const selectedRow = selected === undefined ? 0 : Math.floor(selected / perRow);
  const top = Math.max(0, selectedRow - rowsShown + 1);
  const rows: string[] = [];
  for (let row = top; row < Math.min(top + rowsShown, rowsNeeded); row++) {
    const cells = candidates.slice(row * perRow, (row + 1) * perRow).map((candidate, i) => {
      const cut = cutTo(candidate, columnWidth - 2);
      const padding = ' '.repeat(Math.max(0, columnWidth - textColumns(cut)));
      return `${row * perRow + i === selected ? paint.chosen(cut) : paint.dim(cut)}${padding}`;
    });
    rows.push(cells.join('').trimEnd());
  }
  const hidden = candidates.length - rows.length * perRow;
  if (rowsShown < rowsNeeded) rows.push(paint.dim(`… ${Math.max(hidden, 1)} more`));
  return rows;
}

function cutTo(text: string, columns: number): string {
  if (textColumns(text) <= columns) return text;
  let cut = text;
  while (cut !== '' && textColumns(cut) > columns - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}
