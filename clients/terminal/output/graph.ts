// Mode graph: nodes and edges drawn as text. Each node stands once and is taken up again by its name; its edges go on in the line while
// there is one way to go, and branch below it otherwise.
//
//   (Ada:Person)─[:BORN_IN]→(Boise:Place)─[:WITHIN]→(USA:Place)
//               └─[:KNOWS]→(Bo:Person)

import type { ClientEdge } from '../../../server/protocol/client.ts';
import { textColumns } from '../editor/columns.ts';
import type { Paint } from '../paint.ts';
import { escapeControls, keyText, literalText } from '../value-text.ts';
import { captionOf, GraphElements } from './graph-elements.ts';
import type { Printer, PrinterOptions } from './printer.ts';

export function graphPrinter({ paint, width }: PrinterOptions): Printer {
  const elements = new GraphElements();
  return {
    head: '',
    rows(page) {
      elements.addRows(page);
      return '';
    },
    foot() {
      const { remark } = elements;
      return new Drawing(elements, paint, width).text() + (remark === undefined ? '' : `${paint.dim(remark)}\n`);
    },
  };
}

interface Way {
  readonly edge: ClientEdge;
  readonly to: number;
}

/** A piece of a line and the columns that it takes without its colours. */
interface Piece {
  readonly painted: string;
  readonly columns: number;
}

class Drawing {
  private readonly elements: GraphElements;
  private readonly paint: Paint;
  private readonly width: number;
  private readonly drawnNodes = new Set<number>();
  private readonly drawnEdges = new Set<number>();
  private readonly waysOf = new Map<number, Way[]>();
  private readonly lines: string[] = [];

  constructor(elements: GraphElements, paint: Paint, width: number) {
    this.elements = elements;
    this.paint = paint;
    this.width = Number.isFinite(width) ? width : 120;
    for (const edge of elements.edges.values()) {
      this.addWay(edge.from, { edge, to: edge.to });
      if (edge.from !== edge.to) this.addWay(edge.to, { edge, to: edge.from });
    }
  }

  private addWay(node: number, way: Way): void {
    const ways = this.waysOf.get(node);
    if (ways) ways.push(way);
    else this.waysOf.set(node, [way]);
  }

  text(): string {
    const { nodes, edges } = this.elements;
    const entered = new Set([...edges.values()].map((edge) => edge.to));
    // Where no edge comes in is a good place to begin; circles have none.
    const starts = [...[...nodes.keys()].filter((id) => !entered.has(id)), ...nodes.keys()];
    for (const id of starts) {
      if (this.drawnNodes.has(id)) continue;
      const start = this.node(id);
      this.drawnNodes.add(id);
      this.walk(id, { line: start.painted, columns: start.columns, indent: '', branchAt: 0 });
    }
    return this.lines.map((line) => `${line}\n`).join('');
  }

  /** Goes on from a node whose piece ends the open line. `branchAt` is the column of the node, below which it branches. */
  private walk(id: number, open: { line: string; columns: number; indent: string; branchAt: number }): void {
    const ways = this.openWays(id);
    const [only] = ways;
    if (only && ways.length === 1) {
      const edge = this.edge(only);
      const node = this.node(only.to);
      const columns = open.columns + edge.columns + node.columns;
      if (columns <= this.width) {
        const isNew = this.drawEdge(only);
        const line = open.line + edge.painted + node.painted;
        if (!isNew) this.lines.push(line);
        else this.walk(only.to, { line, columns, indent: open.indent, branchAt: open.columns + edge.columns });
        return;
      }
    }
    this.lines.push(open.line);
    const start = textColumns(open.indent);
    if (ways.length > 0 && open.branchAt > start && (ways.length === 1 || open.branchAt > this.width / 2)) {
      // No room to the right: the node is taken up again at the start of a line.
      const again = this.node(id);
      this.walk(id, { line: open.indent + again.painted, columns: start + again.columns, indent: open.indent, branchAt: start });
      return;
    }
    const indent = open.indent + ' '.repeat(Math.max(0, open.branchAt - start));
    for (let way = this.openWays(id)[0]; way; way = this.openWays(id)[0]) {
      const last = this.openWays(id).length === 1;
      const edge = this.edge(way, last ? '└' : '├');
      const node = this.node(way.to);
      const isNew = this.drawEdge(way);
      const line = this.paint.dim(indent) + edge.painted + node.painted;
      const below = `${indent}${last ? ' ' : '│'}  `;
      if (!isNew) this.lines.push(line);
      else
        this.walk(way.to, {
          line,
          columns: textColumns(indent) + edge.columns + node.columns,
          indent: below,
          branchAt: textColumns(below),
        });
    }
  }

  private openWays(id: number): Way[] {
    return (this.waysOf.get(id) ?? []).filter((way) => !this.drawnEdges.has(way.edge.id));
  }

  /** Marks an edge as drawn; true when its end is drawn for the first time. */
  private drawEdge({ edge, to }: Way): boolean {
    this.drawnEdges.add(edge.id);
    const isNew = !this.drawnNodes.has(to);
    this.drawnNodes.add(to);
    return isNew;
  }

  private node(id: number): Piece {
    const node = this.elements.nodes.get(id);
    const again = this.drawnNodes.has(id);
    const caption = captionOf(node);
    const name = caption === undefined ? `#${id}` : escapeControls(caption);
    const labels = again ? '' : (node?.labels.map((label) => `:${keyText(label)}`).join('') ?? '');
    const text = `(${name}${labels})${again ? '↑' : ''}`;
    const painted = again ? this.paint.dim(text) : `(${this.paint.bold(name)}${this.paint.yellow(labels)})`;
    return { painted, columns: textColumns(text) };
  }

  private edge({ edge, to }: Way, from = '─'): Piece {
    const forward = edge.to === to;
    const properties = Object.keys(edge.properties).length > 0 ? ` ${literalText(edge.properties)}` : '';
    const type = `:${keyText(edge.type)}`;
    const [before, after] = forward ? [from === '─' ? '─[' : `${from}─[`, ']→'] : [from === '─' ? '←[' : `${from}←[`, ']─'];
    const { dim, yellow } = this.paint;
    return {
      painted: dim(before) + yellow(type) + dim(properties) + dim(after),
      columns: textColumns(before + type + properties + after),
    };
  }
}
