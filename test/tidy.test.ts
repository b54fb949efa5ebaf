// What a machine can check of STYLE.md: import direction, cycles, sizes, third-party packages in one folder each, error codes that are
// documented and covered.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(new URL('..', import.meta.url).pathname);
const codeFolders = ['parser', 'engines', 'server', 'clients', 'test'];

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') return [];
    if (statSync(path).isDirectory()) return filesBelow(path, ending);
    return name.endsWith(ending) ? [path] : [];
  });
}

const sources = codeFolders
  .flatMap((f) => filesBelow(join(root, f), '.ts'))
  .map((path) => ({ path, name: relative(root, path), text: readFileSync(path, 'utf8') }));
const product = sources.filter((s) => !s.name.startsWith('test/'));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

function importsOf(source: { name: string; path: string; text: string }): Import[] {
  const found: Import[] = [];
  for (const m of source.text.matchAll(/^\s*(import|export)\s+(type\s+)?([^'";]*?from\s+)?'([^']+)';?$/gm)) {
    const names = m[3] ?? '';
    const typeOnly =
      m[2] !== undefined ||
      (/^\{[^}]*\}\s*from/.test(names) &&
        names
          .split(/[{},]/)
          .slice(1, -1)
          .every((n) => n.trim() === '' || n.trim().startsWith('type ')));
    found.push({ from: source.name, to: target(source.path, m[4] ?? ''), typeOnly, dynamic: false });
  }
  for (const m of source.text.matchAll(/import\('([^']+)'\)/g))
    found.push({ from: source.name, to: target(source.path, m[1] ?? ''), typeOnly: true, dynamic: true });
  return found;
}

function target(path: string, specifier: string): string {
  return specifier.startsWith('.') ? relative(root, resolve(dirname(path), specifier)) : specifier;
}

const imports = product.flatMap(importsOf);
const ours = (name: string): boolean => codeFolders.some((f) => name.startsWith(`${f}/`));

describe('imports', () => {
  const allowed: { readonly folder: string; readonly may: readonly string[] }[] = [
    { folder: 'parser/', may: ['parser/'] },
    { folder: 'engines/', may: ['parser/', 'engines/'] },
    { folder: 'server/protocol/', may: ['server/protocol/'] },
    { folder: 'server/', may: ['parser/', 'engines/', 'server/'] },
    { folder: 'clients/typescript/', may: ['clients/typescript/', 'server/protocol/'] },
    // The shell reads statements with the parser's tokens and opens files through the library entry; serve is a command of the same program.
    {
      folder: 'clients/terminal/',
      may: ['clients/', 'server/protocol/', 'parser/', 'server/open.ts', 'server/serve.ts', 'server/limits.ts', 'engines/package-file.ts'],
    },
  ];
  it('run downward only', () => {
    const wrong = imports.filter((i) => {
      if (!ours(i.to)) return false;
      const rule = allowed.find((a) => i.from.startsWith(a.folder));
      return rule !== undefined && !rule.may.some((m) => i.to.startsWith(m));
    });
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('keep the engines apart', () => {
    const engines = ['engines/rows/', 'engines/relational/', 'engines/document/', 'engines/graph/'];
    const pairsAllowed = ['engines/relational/→engines/document/', 'engines/document/→engines/relational/'];
    const wrong = imports.filter((i) => {
      const from = engines.find((e) => i.from.startsWith(e));
      const to = engines.find((e) => i.to.startsWith(e));
      return from !== undefined && to !== undefined && from !== to && !pairsAllowed.includes(`${from}→${to}`);
    });
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('name a dialect only in engines/open.ts', () => {
    const wrong = imports.filter(
      (i) => i.to.startsWith('engines/sql/sqlite/') && !i.from.startsWith('engines/sql/sqlite/') && i.from !== 'engines/open.ts',
    );
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('have no cycles, counting what is there at run time', () => {
    // These files call each other as the grammar does: queries hold expressions, expressions hold queries.
    const graph = new Map<string, string[]>();
    const recursive = (name: string): boolean =>
      /^engines\/plan\/bind-/.test(name) || /^parser\/print-/.test(name) || /^engines\/(relational|document)\//.test(name);
    for (const i of imports)
      if (ours(i.to) && !i.typeOnly && !(recursive(i.from) && recursive(i.to))) graph.set(i.from, [...(graph.get(i.from) ?? []), i.to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (name: string, path: readonly string[]): void => {
      if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(' → '));
      if (done.has(name) || path.includes(name)) return;
      for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
      done.add(name);
    };
    for (const name of graph.keys()) visit(name, []);
    expect(cycles).toEqual([]);
  });

  it('take each third-party package in one folder', () => {
    const folders = new Map<string, Set<string>>();
    for (const i of imports) {
      if (ours(i.to) || i.to.startsWith('node:') || i.to.startsWith('.') || i.to.startsWith('trefoil-db')) continue;
      const name = i.to
        .split('/')
        .slice(0, i.to.startsWith('@') ? 2 : 1)
        .join('/');
      folders.set(name, (folders.get(name) ?? new Set()).add(dirname(i.from)));
    }
    // Both ends of a socket speak through the same library.
    const shared = new Map([['ws', 2]]);
    const spread = [...folders]
      .filter(([name, where]) => where.size > (shared.get(name) ?? 1))
      .map(([name, where]) => `${name}: ${[...where].join(', ')}`);
    expect(spread).toEqual([]);
  });
});

describe('sizes', () => {
  it('keep every file at 500 lines or fewer', () => {
    expect(sources.filter((s) => s.text.split('\n').length > 501).map((s) => s.name)).toEqual([]);
  });

  it('keep the median file under 120 lines and most under 300', () => {
    const lengths = product.map((s) => s.text.split('\n').length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(160);
    expect(lengths.filter((l) => l > 300).length / lengths.length).toBeLessThan(0.15);
  });

  it('keep functions under 70 lines', () => {
    const long = product.flatMap((s) => longFunctions(s.text).map((at) => `${s.name}:${at}`));
    expect(long).toEqual([]);
  });

  it('open every file with a comment that says what it is', () => {
    expect(product.filter((s) => !/^(#!.*\n)?(\/\/|\/\*)/.test(s.text)).map((s) => s.name)).toEqual([]);
  });
});

/** Lines where a function of more than 70 lines starts: found by indentation, since the formatter fixes it. Switches over a closed union may be long. */
function longFunctions(text: string): number[] {
  const lines = text.split('\n');
  const found: number[] = [];
  for (const [i, line] of lines.entries()) {
    const start = /^( *)(export )?(async )?(function\*? |private |public |static |async |get |override )?[\w*#<>]+[^=;]*\)[^;=]*\{$/.exec(
      line,
    );
    if (!start || /^\s*(if|for|while|switch|else|return|catch|describe|it)\b/.test(line)) continue;
    const indent = start[1] ?? '';
    const end = lines.findIndex((l, j) => j > i && l.startsWith(`${indent}}`));
    const body = lines.slice(i, end);
    if (end > i + 70 && !body.some((l) => l === `${indent}  switch (${/switch \((.*)\) \{/.exec(l)?.[1] ?? ''}) {`)) found.push(i + 1);
  }
  return found;
}

describe('names', () => {
  it('say what a thing is, never utils, common, shared, helpers, core or lib', () => {
    const banned = /(^|[/-])(utils?|common|shared|helpers?|core|lib)([/.-]|$)/;
    expect(sources.filter((s) => banned.test(s.name)).map((s) => s.name)).toEqual([]);
  });
});

describe('error codes', () => {
  const stages = 'syntax|bind|type|constraint|storage|limit|protocol|auth|notice|client|import';
  const codes = new Set(
    product.flatMap((s) => [...s.text.matchAll(new RegExp(`'((?:${stages})/[a-z][a-z-]*)'`, 'g'))].map((m) => m[1] ?? '')),
  );
  const protocol = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

  it('stand in docs/protocol.md', () => {
    expect([...codes].filter((c) => !protocol.includes(`\`${c}\``)).sort()).toEqual([]);
  });

  it('of docs/protocol.md stand in some source', () => {
    const listed = new Set([...protocol.matchAll(new RegExp(`\`((?:${stages})/[a-z][a-z-]*)\``, 'g'))].map((m) => m[1] ?? ''));
    expect([...listed].filter((c) => !codes.has(c)).sort()).toEqual([]);
  });

  it('occur in a .logic file or another test', () => {
    const tests = [
      ...filesBelow(join(root, 'test'), '.logic').map((f) => readFileSync(f, 'utf8')),
      ...sources.filter((s) => s.name.startsWith('test/') && s.name !== 'test/tidy.test.ts').map((s) => s.text),
    ].join('\n');
    expect([...codes].filter((c) => !tests.includes(c)).sort()).toEqual([]);
  });
});
