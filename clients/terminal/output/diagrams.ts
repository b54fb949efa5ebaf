// Modes mermaid and dot: the nodes and edges of a result as the source of a diagram, for Mermaid (GitHub and many editors draw it) and
// for Graphviz.

import { escapeControls } from '../value-text.ts';
import { boxLines, GraphElements } from './graph-elements.ts';
import type { Printer, PrinterOptions } from './printer.ts';

export function mermaidPrinter(_options: PrinterOptions): Printer {
  return drawingPrinter({
    head: 'flowchart LR\n',
    comment: '%%',
    node: (id, lines) => `  n${id}["${lines.map(mermaidText).join('<br/>')}"]\n`,
    edge: (from, to, type) => `  n${from} -->|"${mermaidText(type)}"| n${to}\n`,
    foot: '',
  });
}

export function dotPrinter(_options: PrinterOptions): Printer {
  return drawingPrinter({
    head: 'digraph {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n',
    comment: '  //',
    node: (id, lines) => `  n${id} [label="${lines.map(dotText).join('\\n')}"];\n`,
    edge: (from, to, type) => `  n${from} -> n${to} [label="${dotText(type)}"];\n`,
    foot: '}\n',
  });
}

interface Notation {
  readonly head: string;
  readonly comment: string;
  readonly node: (id: number, lines: readonly string[]) => string;
  readonly edge: (from: number, to: number, type: string) => string;
  readonly foot: string;
}

function drawingPrinter({ head, comment, node, edge, foot }: Notation): Printer {
  const elements = new GraphElements();
  return {
    head,
    rows(page) {
      elements.addRows(page);
      return '';
    },
    foot() {
      const nodes = [...elements.nodes].map(([id, value]) => node(id, boxLines(id, value)));
      const edges = [...elements.edges.values()].map(({ from, to, type }) => edge(from, to, type));
      const remark = elements.remark === undefined ? '' : `${comment} ${elements.remark}\n`;
      return nodes.join('') + edges.join('') + remark + foot;
    },
  };
}

/** Mermaid reads `#quot;` and the like inside quotes. */
function mermaidText(text: string): string {
  return escapeControls(text).replace(/[#"<>&]/g, (c) => ({ '#': '#35;', '"': '#quot;', '<': '#lt;', '>': '#gt;', '&': '#amp;' })[c] ?? c);
}

function dotText(text: string): string {
  return escapeControls(text).replace(/["\\]/g, (c) => `\\${c}`);
}
