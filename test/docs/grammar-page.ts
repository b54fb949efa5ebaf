// docs/grammar.html: a railroad diagram for each rule of the grammar, made from the grammar itself. One page without scripts, so that it
// can be opened from the checkout. `npm run grammar` writes it, and a test compares.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import railroad from 'railroad-diagrams';
import type { ISerializedGast } from 'chevrotain';
import { Grammar } from '../../parser/grammar-statements.ts';

type Part = ReturnType<typeof railroad.Skip>;

/** What chevrotain's serialized productions hold. */
interface Production {
  readonly type: string;
  readonly name?: string;
  readonly label?: string;
  readonly definition?: readonly Production[];
  readonly separator?: Production;
}

/** Rules whose only work is to refuse what is not built. */
const refusals = /^missing/;

/** The pages's parts, in the order in which a reader meets them. */
const parts: readonly (readonly [title: string, first: string])[] = [
  ['Statements', 'script'],
  ['Queries', 'query'],
  ['Pipelines', 'pipeline'],
  ['FROM', 'fromItems'],
  ['Patterns', 'pathPattern'],
  ['Expressions', 'expression'],
];

/** The whole page. */
export function grammarPage(): string {
  const rules = new Map(
    (new Grammar(true).getSerializedGastProductions() as readonly (ISerializedGast & Production)[]).map((r) => [r.name ?? '', r]),
  );
  const placed = new Set<string>();
  const heads = new Set(parts.map(([, first]) => first));
  const sections = parts.map(([title, first]) => {
    const reached = reachable(first, rules, placed, heads);
    return `<h2>${title}</h2>\n${reached.map((name) => ruleHtml(name, rules)).join('\n')}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Trefoil: the grammar</title>
<style>
${stylesheet()}
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h3 { font: 600 1rem monospace; margin-bottom: 0; }
figure { margin: 0; overflow-x: auto; }
</style>
</head>
<body>
<h1>The grammar</h1>
<p>A railroad diagram for each rule, made from the grammar in <code>parser/</code> by <code>npm run grammar</code>. Words in round boxes are written as they stand, square boxes are other rules.
Where two ways begin alike, the parser looks further ahead than a diagram can show. The language itself is described in <code>docs/language</code>.</p>
${sections.join('\n')}
</body>
</html>
`;
}

function stylesheet(): string {
  return readFileSync(createRequire(import.meta.url).resolve('railroad-diagrams/railroad-diagrams.css'), 'utf8').trim();
}

/** The rules that `first` leads to and that have no place yet, without those that begin a part of their own. */
function reachable(first: string, rules: ReadonlyMap<string, Production>, placed: Set<string>, heads: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const visit = (name: string): void => {
    const rule = rules.get(name);
    if (!rule || placed.has(name) || refusals.test(name) || (name !== first && heads.has(name))) return;
    placed.add(name);
    found.push(name);
    for (const used of namesIn(rule)) visit(used);
  };
  visit(first);
  return found;
}

function namesIn(production: Production): string[] {
  const own = production.type === 'NonTerminal' ? [production.name ?? ''] : [];
  return [...own, ...(production.definition ?? []).flatMap(namesIn)];
}

function ruleHtml(name: string, rules: ReadonlyMap<string, Production>): string {
  const diagram = railroad.Diagram(...sequence(rules.get(name)?.definition ?? []));
  return `<h3 id="${name}">${name}</h3>\n<figure>${diagram.toString().trim()}</figure>`;
}

function sequence(definition: readonly Production[]): Part[] {
  const made = definition.flatMap((production) => (isRefusal(production) ? [] : [part(production)]));
  return made.length === 0 ? [railroad.Skip()] : made;
}

function isRefusal(production: Production): boolean {
  return namesIn(production).some((name) => refusals.test(name)) && production.type !== 'Alternation';
}

function part(production: Production): Part {
  const definition = production.definition ?? [];
  const inner = (): Part => railroad.Sequence(...sequence(definition));
  switch (production.type) {
    case 'Terminal':
      return railroad.Terminal((production.label ?? production.name ?? '').replace(/^"(.+)"$/, '$1'));
    case 'NonTerminal':
      return railroad.NonTerminal(production.name ?? '', `#${production.name}`);
    case 'Alternation': {
      const alternatives = definition.filter((alternative) => !isRefusal(alternative));
      return railroad.Choice(0, ...alternatives.map((alternative) => railroad.Sequence(...sequence(alternative.definition ?? []))));
    }
    case 'Option':
      return railroad.Optional(inner());
    case 'Repetition':
      return railroad.ZeroOrMore(inner());
    case 'RepetitionMandatory':
      return railroad.OneOrMore(inner());
    case 'RepetitionWithSeparator':
      return railroad.ZeroOrMore(inner(), separatorOf(production));
    case 'RepetitionMandatoryWithSeparator':
      return railroad.OneOrMore(inner(), separatorOf(production));
    default:
      throw new Error(`The grammar has a part ${production.type} that has no diagram.`);
  }
}

function separatorOf(production: Production): Part {
  return production.separator ? part(production.separator) : railroad.Skip();
}

if (process.argv.includes('--write')) writeFileSync(new URL('../../docs/grammar.html', import.meta.url), grammarPage());
