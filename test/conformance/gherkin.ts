// Reads feature files as far as the openCypher TCK uses Gherkin: Background, Scenario, Scenario Outline with Examples, steps with a
// text in """ or a table. An outline becomes a scenario for each row of its examples. What is not understood is kept as a step, so that it fails.

export interface Step {
  /** Without Given, When, Then, And, But. */
  readonly text: string;
  /** The text in """. */
  readonly body: string | undefined;
  readonly table: readonly (readonly string[])[];
}

export interface Scenario {
  readonly name: string;
  readonly line: number;
  readonly steps: readonly Step[];
}

interface OpenStep {
  readonly text: string;
  body: string | undefined;
  readonly table: string[][];
}

interface Block {
  readonly name: string;
  readonly line: number;
  readonly steps: OpenStep[];
  readonly examples: string[][][];
}

const keyword = /^(Feature|Background|Scenario Outline|Scenario Template|Scenario|Example|Examples|Scenarios|Rule):\s*(.*)$/;

export function readFeature(text: string): Scenario[] {
  const background: Block = { name: 'background', line: 0, steps: [], examples: [] };
  const blocks: Block[] = [];
  let block: Block | undefined;
  let examples: string[][] | undefined;
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').trim();
    if (line === '' || line.startsWith('#') || line.startsWith('@')) continue;
    const head = keyword.exec(line);
    if (head) {
      examples = undefined;
      if (head[1] === 'Background') block = background;
      else if (head[1] === 'Examples' || head[1] === 'Scenarios') block?.examples.push((examples = []));
      else if (head[1] !== 'Feature' && head[1] !== 'Rule')
        blocks.push((block = { name: head[2] ?? '', line: i + 1, steps: [], examples: [] }));
      else block = undefined;
      continue;
    }
    const step = block?.steps.at(-1);
    if (line === '"""') {
      const end = lines.findIndex((l, j) => j > i && l.trim() === '"""');
      if (step) step.body = unindent(lines.slice(i + 1, end), (lines[i] ?? '').indexOf('"'));
      i = end < 0 ? lines.length : end;
    } else if (line.startsWith('|')) (examples ?? step?.table)?.push(cells(line));
    // Text below `Feature:` is prose; anywhere else it is a step, whatever it says.
    else block?.steps.push({ text: line.replace(/^(Given|When|Then|And|But|\*)\s+/, ''), body: undefined, table: [] });
  }
  return blocks.flatMap((b) => expand(b, background.steps));
}

function expand(block: Block, background: readonly OpenStep[]): Scenario[] {
  const rows = block.examples.flatMap(([names = [], ...values]) =>
    values.map((row) => new Map(names.map((name, i) => [name, row[i] ?? '']))),
  );
  if (block.examples.length === 0) return [{ name: block.name, line: block.line, steps: [...background, ...block.steps] }];
  return rows.map((row, n) => {
    const fill = (text: string): string => text.replace(/<([^<>\n]+)>/g, (whole, name: string) => row.get(name) ?? whole);
    const steps = block.steps.map((s) => ({
      text: fill(s.text),
      body: s.body === undefined ? undefined : fill(s.body),
      table: s.table.map((r) => r.map(fill)),
    }));
    return { name: `${fill(block.name)} (example ${n + 1})`, line: block.line, steps: [...background, ...steps] };
  });
}

/** The cells of `| a | b |`; `\|`, `\\` and `\n` are escapes. */
function cells(line: string): string[] {
  const found: string[] = [];
  let cell = '';
  for (let i = 1; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '\\' && i + 1 < line.length) {
      const next = line[++i] ?? '';
      cell += next === 'n' ? '\n' : next === '|' || next === '\\' ? next : `\\${next}`;
    } else if (c === '|') {
      found.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  return found;
}

function unindent(lines: readonly string[], indent: number): string {
  return lines.map((l) => (l.slice(0, indent).trim() === '' ? l.slice(indent) : l.trimStart())).join('\n');
}
