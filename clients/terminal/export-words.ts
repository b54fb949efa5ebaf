// The words of `trefoil export`, and the request that they make. They mirror those of the import.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { exportEndings, modeOfEnding } from './export/endings.ts';
import type { ExportSource } from './export/export.ts';
import type { ExportRequest } from './export/run-export.ts';
import { delimiterCharacter } from './import-words.ts';
import type { OutputMode } from './output/mode.ts';
import { UsageError } from './usage-error.ts';

/** Adds the words of an export to a command. */
export function addExportWords(command: Command): Command {
  return command
    .argument('<file>', `the file to make, whose ending says how: ${exportEndings.join(', ')}; - is standard output`)
    .addOption(new Option('--from <name>', 'all of a table, a view or a collection').conflicts(['label', 'query']))
    .addOption(new Option('--label <name>', 'all nodes with this label').conflicts('query'))
    .option('--query <statement>', 'what this statement gives')
    .option('--use <graph>', 'in the graph of this name (default: the default graph)')
    .option('--format <ending>', 'how it is written, whatever the file is called', formatMode)
    .option('--delimiter <character>', 'what stands between fields of CSV (default: a comma, a tab for .tsv)', delimiterCharacter)
    .option('--no-header', 'CSV without a line that names the columns')
    .option('--force', 'put it in the place of a file that is there');
}

interface ExportWords {
  readonly from?: string;
  readonly label?: string;
  readonly query?: string;
  readonly use?: string;
  readonly format?: OutputMode;
  readonly delimiter?: string;
  readonly header: boolean;
  readonly force?: boolean;
}

/** The request that a parsed command makes. Throws UsageError when it does not say what to export. */
export function exportRequest(file: string, { from, label, query, use, format, delimiter, header, force }: ExportWords): ExportRequest {
  return {
    file,
    source: sourceOfWords(from, label, query),
    ...(format === undefined ? {} : { mode: format }),
    ...(delimiter === undefined ? {} : { delimiter }),
    header,
    force: force ?? false,
    ...(use === undefined ? {} : { use }),
  };
}

function sourceOfWords(name: string | undefined, label: string | undefined, text: string | undefined): ExportSource {
  if (name !== undefined) return { kind: 'name', name };
  if (label !== undefined) return { kind: 'label', label };
  if (text !== undefined) return { kind: 'query', text };
  throw new UsageError('What is to be exported? --from NAME, --label NAME or --query STATEMENT');
}

function formatMode(ending: string): OutputMode {
  const mode = modeOfEnding(ending);
  if (mode === undefined) throw new InvalidArgumentError(`There are: ${exportEndings.join(', ')}.`);
  return mode;
}
