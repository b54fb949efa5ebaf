// Mode markdown for an answer of COMPARE or EXPLAIN MODELS: a page with the question, a table of the figures, and a section for each
// model with its query, verdict and reason. What else such an answer holds (how the data was stored for a model) gets a block too.

import { cellText } from '../value-text.ts';
import { codeBlock, escapedText, inlineCode, markdownPrinter } from './markdown.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

/** Columns that stand in the sections and not in the table. */
const inSections = new Set(['reason', 'plan', 'data', 'query', 'question']);

export function comparisonPage(options: PrinterOptions): Printer {
  const { columns } = options;
  const place = new Map(columns.map(({ name }, i) => [name, i]));
  const textOf = (row: OutputRow, name: string): string | undefined => {
    const value = row[place.get(name) ?? -1] ?? null;
    return value === null ? undefined : typeof value === 'string' ? value : cellText(value);
  };
  const page: OutputRow[] = [];
  const section = (row: OutputRow): string => {
    const reason = textOf(row, 'reason');
    const query = textOf(row, 'query');
    const data = textOf(row, 'data');
    const plan = textOf(row, 'plan');
    return [
      `## ${capital(textOf(row, 'model') ?? '')}: ${textOf(row, 'verdict') ?? ''}`,
      ...(reason === undefined ? [] : [escapedText(sentence(reason))]),
      ...(data === undefined ? [] : ['How the data is stored for it:', codeBlock(data, 'sql'), 'The query:']),
      ...(query === undefined ? [] : [codeBlock(query, 'sql')]),
      ...(plan === undefined ? [] : [`Plan: ${inlineCode(plan)}`]),
    ].join('\n\n');
  };
  return {
    head: '',
    rows(rows) {
      page.push(...rows);
      return '';
    },
    foot() {
      const asked = page[0] && textOf(page[0], 'question');
      const [title, question] = split(asked);
      // What none of them has says nothing.
      const kept = columns.flatMap(({ name }, i) => (inSections.has(name) || page.every((row) => (row[i] ?? null) === null) ? [] : [i]));
      const figures = page.map((row) => kept.map((i) => row[i] ?? ''));
      const table = markdownPrinter({ columns: kept.flatMap((i) => columns[i] ?? []), firstPage: figures });
      const parts = [
        `# ${escapedText(capital(title)).replace(/#+$/, '\\$&')}`,
        ...(question === undefined ? [] : [escapedText(question)]),
        `${table.head}${table.rows(figures) as string}`.trimEnd(),
        ...page.map(section),
      ];
      return `${parts.join('\n\n')}\n`;
    },
  };
}

/** `name: question` */
function split(asked: string | undefined): [title: string, question?: string] {
  if (asked === undefined) return ['One question, several models'];
  const colon = asked.indexOf(': ');
  return colon < 0 ? [asked] : [asked.slice(0, colon), asked.slice(colon + 2)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? capital(text) : `${capital(text)}.`;
}
