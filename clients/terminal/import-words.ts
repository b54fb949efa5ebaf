// The words that `trefoil import` and `.import` in the shell share, and the request that they make.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ImportKind, type ImportRequest, typeWords } from './import/request.ts';

/** Adds the words of an import to a command. */
export function addImportWords(command: Command): Command {
  return command
    .argument('<files...>', 'CSV, JSON or JSON Lines files, or a folder of CSV files')
    .option('--into <name>', 'the table or collection; made if it does not exist')
    .addOption(new Option('--table', 'into a table').conflicts(['collection', 'graph', 'label', 'tables']))
    .addOption(new Option('--collection', 'into a collection').conflicts(['graph', 'label', 'tables']))
    .addOption(new Option('--graph', 'as nodes and edges: CSV headers name the roles, as in id:ID(Person)').conflicts('tables'))
    .option('--use <graph>', 'into the graph of this name; made if it does not exist (default: the one in use)')
    .option('--label <names>', 'make each record a node with this label (A:B for two)')
    .option('--tables', 'each CSV file becomes a table named after it')
    .option('--schema <script>', 'run this script first, then load each CSV file into the table of its name')
    .option('--delimiter <character>', 'what stands between fields (default: found out)', delimiterCharacter)
    .option('--types <column=type,...>', 'column types (default: found out from the first rows)', columnTypes)
    .option('--header', 'the first line names the columns (the default)')
    .option('--no-header', 'the first line is data')
    .option('--key <columns>', 'the primary key of a table that is made', nameList)
    .addOption(new Option('--on-error <what>', 'at a bad row').choices(['stop', 'skip']).default('stop'))
    .option('--batch <rows>', 'commit after so many rows (default: one transaction per file)', rowCount)
    .addOption(new Option('--edge-type-case <case>', 'how edge types are written').choices(['keep', 'upper-snake']).default('keep'));
}

interface ImportWords {
  readonly into?: string;
  readonly table?: boolean;
  readonly collection?: boolean;
  readonly graph?: boolean;
  readonly use?: string;
  readonly label?: string;
  readonly tables?: boolean;
  readonly schema?: string;
  readonly delimiter?: string;
  readonly types?: ReadonlyMap<string, string>;
  readonly header?: boolean;
  readonly key?: readonly string[];
  readonly onError: 'stop' | 'skip';
  readonly batch?: number;
  readonly edgeTypeCase: 'keep' | 'upper-snake';
}

/** The request that a parsed command makes. */
export function importRequest(files: readonly string[], command: Command): ImportRequest {
  const words = command.opts<ImportWords>();
  const labels = words.label?.split(/[:,]/).filter(Boolean) ?? [];
  const kind: ImportKind | undefined =
    words.graph || words.use !== undefined || labels.length > 0
      ? 'graph'
      : words.collection
        ? 'collection'
        : words.table || words.tables || words.schema
          ? 'table'
          : undefined;
  return {
    files,
    ...(words.into === undefined ? {} : { into: words.into }),
    ...(kind === undefined ? {} : { kind }),
    ...(words.use === undefined ? {} : { use: words.use }),
    labels,
    ...(words.delimiter === undefined ? {} : { delimiter: words.delimiter }),
    types: words.types ?? new Map(),
    header: words.header ?? true,
    key: words.key ?? [],
    onError: words.onError,
    ...(words.batch === undefined ? {} : { batchRows: words.batch }),
    ...(words.schema === undefined ? {} : { schema: words.schema }),
    tables: words.tables ?? false,
    edgeTypeCase: words.edgeTypeCase,
  };
}

/** What `--delimiter` says. */
export function delimiterCharacter(text: string): string {
  const named: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ' };
  const character = named[text.toLowerCase()] ?? text;
  if (character.length !== 1 || /["\r\n]/.test(character)) throw new InvalidArgumentError('A delimiter is one character, or the word tab.');
  return character;
}

function columnTypes(text: string, before: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> {
  const types = new Map(before);
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=');
    if (at <= 0) throw new InvalidArgumentError('Types are written column=type, with commas between.');
    const word = part
      .slice(at + 1)
      .trim()
      .toLowerCase();
    const type = typeWords.get(word);
    if (type === undefined)
      throw new InvalidArgumentError(`There is no type "${word}". There are: ${[...new Set(typeWords.values())].join(', ')}.`);
    types.set(part.slice(0, at).trim().toLowerCase(), type);
  }
  return types;
}

function nameList(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function rowCount(text: string): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1) throw new InvalidArgumentError('A number of rows is a whole number from 1.');
  return rows;
}
