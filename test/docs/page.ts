// A page of the documents as text and fenced blocks. A block that runs is followed by a ```text block with what it gives; the test
// compares the two, or with TREFOIL_UPDATE=1 writes what came.

export interface Block {
  /** What stands after the backquotes: `trefoil sample`. */
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  /** The ```text block that follows with nothing but blank lines between. */
  readonly output: Output | undefined;
  /** For messages: the line of the opening backquotes. */
  readonly line: number;
}

interface Output {
  readonly text: string;
  /** Where its text stands in the page. */
  readonly start: number;
  readonly end: number;
}

interface Fence {
  readonly info: string;
  readonly text: string;
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly after: number;
}

export function blocksOf(page: string): Block[] {
  const fences = [...page.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)].map((match): Fence => {
    const info = match[1] ?? '';
    const text = match[2] ?? '';
    const start = match.index + 3 + info.length + 1;
    return { info, text, at: match.index, start, end: start + text.length, after: match.index + match[0].length };
  });
  return fences.map((fence, i) => {
    const [language = '', ...words] = fence.info.trim().split(/\s+/);
    const next = fences[i + 1];
    const follows = next?.info === 'text' && page.slice(fence.after, next.at).trim() === '';
    return {
      language,
      words,
      text: fence.text.trimEnd(),
      output: follows ? { text: next.text.trimEnd(), start: next.start, end: next.end } : undefined,
      line: page.slice(0, fence.at).split('\n').length,
    };
  });
}

/** The page with new texts in the output blocks given. */
export function withOutputs(page: string, outputs: readonly { readonly output: Output; readonly text: string }[]): string {
  let result = page;
  for (const { output, text } of [...outputs].sort((a, b) => b.output.start - a.output.start)) {
    result = `${result.slice(0, output.start)}${text === '' ? '' : `${text}\n`}${result.slice(output.end)}`;
  }
  return result;
}

/** The page with each part between `<!-- generated: NAME -->` and `<!-- end -->` written anew. Throws for a name that nothing makes. */
export function withGenerated(page: string, make: (name: string) => string): string {
  return page.replace(
    /(<!-- generated: (.*?) -->\n).*?(\n<!-- end -->)/gs,
    (_, head: string, name: string, end: string) => `${head}${make(name)}${end}`,
  );
}

/** What a link may say after `#`: headings as GitHub turns them into anchors. */
export function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Files and functions that a page names and that are not there: `engines/cut.ts`, and `cut` (`engines/cut.ts`) or `cut` in `engines/cut.ts`. */
export function missingNames(page: string, read: (path: string) => string | undefined): string[] {
  const missing: string[] = [];
  for (const [, path = ''] of page.matchAll(/`((?:parser|engines|server|clients|test|docs|examples)\/[\w./-]*\.\w+)`/g)) {
    if (read(path) === undefined) missing.push(path);
  }
  for (const [, name = '', path = ''] of page.matchAll(/`([A-Za-z]\w*)` (?:\(|in )`([\w./-]+\.ts)`/g)) {
    if (!new RegExp(`\\b${name}\\b`).test(read(path) ?? '')) missing.push(`${name} in ${path}`);
  }
  return missing;
}

/** Times differ from run to run, and a table in the terminal is as wide as they are: what is compared leaves them out. */
export function withoutTimes(text: string): string {
  return text
    .replace(/\(\d+(\.\d+)? (µs|ms|s)\)/g, '(_)')
    .replace(/"(timeMs|uptimeMs|session)":("[^"]*"|[\d.e+-]+)/g, '"$1":_')
    .replace(/(?<=│\s*)\d+\.\d+(e[+-]\d+)?(?=\s*│)/g, (number) => (/timeMs|medianMs/.test(text) ? '_' : number))
    .replace(/(medianMs|timeMs) = \S+/g, '$1 = _')
    .replace(/─+/g, '─')
    .replace(/ +/g, ' ');
}
