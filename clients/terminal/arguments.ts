// The words of the command line, checked, as plain data. Nothing is opened or run here: main.ts does what the Invocation says.
//
//   parseArguments(['-c', 'SELECT 1', 'shop.db'])   { kind: 'run', sources: [{ kind: 'text', … }], target: 'shop.db', … }

import { existsSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearestName } from '../../parser/error.ts';
import { addFileCommands, type FileInvocation } from './file-commands.ts';
import type { ImportRequest } from './import/request.ts';
import { addExportWords, exportRequest } from './export-words.ts';
import type { ExportRequest } from './export/run-export.ts';
import { addImportWords, importRequest } from './import-words.ts';
import { addOperationSettings, type OperationSettings, operationSettings, type OperationWords } from './operation-settings.ts';
import { type OutputMode, outputModes } from './output/mode.ts';
import { addServeSettings, type ServeSettings, type ServeWords, serveSettings } from './serve-settings.ts';
import { UsageError } from './usage-error.ts';

const defaultPort = 7333;
const defaultUrl = `ws://127.0.0.1:${defaultPort}`;

export type Invocation =
  /** Help or the version, for standard output. */
  | { readonly kind: 'text'; readonly text: string }
  /** Wrong usage: exit code 2. */
  /** `help` is the command line that tells more. */
  | { readonly kind: 'usage'; readonly message: string; readonly help: string }
  | {
      readonly kind: 'run';
      /** In the order given; empty: standard input. */
      readonly sources: readonly Source[];
      /** Absent: a database in memory that is gone at the end. */
      readonly target?: string;
      readonly mode: OutputMode;
      readonly parameters: ReadonlyMap<string, unknown>;
      readonly account: Account;
    }
  | { readonly kind: 'shell'; readonly target: string; readonly mode: OutputMode; readonly account: Account }
  | ServeInvocation
  | FileInvocation
  | { readonly kind: 'import'; readonly request: ImportRequest; readonly target: string; readonly account: Account }
  | { readonly kind: 'export'; readonly request: ExportRequest; readonly target: string; readonly account: Account };

export type Source = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly file: string };

export interface ServeInvocation {
  readonly kind: 'serve' | 'start';
  /** Absent: a temporary file. */
  readonly file?: string;
  readonly host: string;
  readonly port: number;
  readonly sample: boolean;
  readonly settings: ServeSettings;
  readonly operation: OperationSettings;
}

/** How a server is met. Passwords and tokens never stand on the command line, where other users of the machine can read them. */
export interface Account {
  readonly user?: string;
  /** A file with certificates to trust. */
  readonly tlsCa?: string;
}

/** What the words after `trefoil` ask for. `interactive`: standard input is a terminal. */
export async function parseArguments(
  words: readonly string[],
  context: { readonly version: string; readonly interactive: boolean },
): Promise<Invocation> {
  const told: { invocation?: Invocation; text: string; message: string } = { text: '', message: '' };
  const parameterTexts = new Map<string, string>();
  const program = buildProgram({ ...context, parameterTexts }, (invocation) => {
    told.invocation = invocation;
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => {
        told.text += text;
      },
      writeErr: (text) => {
        told.message += text;
      },
    });
  }
  const named = program.commands.find((command) => command.name() === words[0]);
  const help = `trefoil ${named === undefined ? '' : `${named.name()} `}--help`;
  try {
    program.parse(words, { from: 'user' });
    if (told.invocation?.kind === 'run' && parameterTexts.size > 0) return await readParameters(told.invocation, parameterTexts);
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'usage', message: error.message, help };
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: told.text };
    const excess = error.code === 'commander.excessArguments' ? ofExcess(program, named) : undefined;
    if (excess !== undefined) return { kind: 'usage', message: excess, help };
    return { kind: 'usage', message: (told.message || error.message).replace(/^error: /, '').trim(), help };
  }
  return told.invocation ?? { kind: 'usage', message: 'Nothing to do.', help };
}

/** What one word too many was meant as, if that can be told. */
function ofExcess(program: Command, named: Command | undefined): string | undefined {
  if (!named) return mistypedCommand(program.args[0] ?? '', program);
  const word = named.args[named.registeredArguments.length];
  return word !== undefined && named.options.some((o) => o.long === '--db') ? databaseIsOption(named, word) : undefined;
}

function databaseIsOption(command: Command, file: string): string {
  return `'${command.name()}' takes the database as an option: --db ${file}`;
}

export { UsageError };

type Tell = (invocation: Invocation) => void;

interface ProgramContext {
  readonly version: string;
  readonly interactive: boolean;
  /** Filled with what -p gives. */
  readonly parameterTexts: Map<string, string>;
}

function buildProgram(context: ProgramContext, tell: Tell): Command {
  const program = new Command('trefoil')
    .description('One server, one query language: tables, JSON documents and a property graph.')
    .version(context.version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .argument('[target]', `a database file or a server's URL (default: an empty database in memory; for the shell ${defaultUrl})`)
    .enablePositionalOptions();
  const sources: Source[] = [];
  program
    .option(
      '-c, --command <text>',
      'run these statements (may be given several times)',
      (text: string) => void sources.push({ kind: 'text', text }),
    )
    .option(
      '-f, --file <script>',
      'run the statements of a file; - is standard input',
      (file: string) => void sources.push({ kind: 'file', file }),
    )
    .option('-p, --param <name=json>', 'a parameter, as in -p id=1 or -p \'name="Ada"\'', (text: string) =>
      collectParameter(text, context.parameterTexts),
    )
    .addOption(modeOption())
    .addOption(userOption())
    .addOption(certificateOption())
    .addHelpText('after', '\nWithout -c and -f, statements are read from standard input; on a terminal the shell opens.')
    .action((given: string | undefined, options: { mode: OutputMode } & Account) => {
      const mistyped = given === undefined ? undefined : mistypedCommand(given, program);
      if (mistyped !== undefined) throw new UsageError(mistyped);
      if (sources.length === 0 && context.interactive) {
        if (context.parameterTexts.size > 0) throw new UsageError('-p goes with -c or -f.');
        return tell({ kind: 'shell', target: given ?? defaultUrl, mode: options.mode, account: accountOf(options) });
      }
      tell({
        kind: 'run',
        sources,
        ...(given === undefined ? {} : { target: given }),
        mode: options.mode,
        parameters: new Map(),
        account: accountOf(options),
      });
    });
  addShell(program, tell);
  addServe(program, tell);
  addStart(program, tell);
  addImport(program, tell);
  addExport(program, tell);
  addFileCommands(program, tell, { add: (command) => command.addOption(userOption()).addOption(certificateOption()), of: accountOf });
  return program;
}

function addShell(program: Command, tell: Tell): void {
  program
    .command('shell')
    .description('open the shell on a file or a server')
    .argument('[target]', `a database file or a server's URL (default: ${defaultUrl})`)
    .addOption(modeOption())
    .addOption(userOption())
    .addOption(certificateOption())
    .action((target: string | undefined, options: { mode: OutputMode } & Account) => {
      tell({ kind: 'shell', target: target ?? defaultUrl, mode: options.mode, account: accountOf(options) });
    });
}

interface ServeOptions extends ServeWords, OperationWords {
  readonly db?: string;
  readonly host: string;
  readonly port: number;
  readonly sample?: boolean;
}

function addServe(program: Command, tell: Tell): void {
  const command = addServeSettings(program.command('serve'))
    .description('serve a database file to clients')
    .option('--db <file>', 'the database file (default: a temporary one, gone when the server stops)')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'the port to listen on', portNumber, defaultPort)
    .option('--sample', 'load the bundled sample into an empty database')
    .action(() => {
      const options = command.opts<ServeOptions>();
      tell(serveInvocation('serve', options, options.sample ?? false));
    });
  addOperationSettings(command);
}

function addStart(program: Command, tell: Tell): void {
  const command = addServeSettings(program.command('start'))
    .description('serve the bundled sample, and open the shell on it if this is a terminal')
    .option('--db <file>', 'the database file (default: a temporary one, gone at the end)')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'the port to listen on', portNumber, defaultPort)
    .action(() => tell(serveInvocation('start', command.opts<ServeOptions>(), true)));
  addOperationSettings(command);
}

function serveInvocation(kind: 'serve' | 'start', options: ServeOptions, sample: boolean): ServeInvocation {
  return {
    kind,
    ...(options.db === undefined ? {} : { file: options.db }),
    host: options.host,
    port: options.port,
    sample,
    settings: serveSettings(options),
    operation: operationSettings(options),
  };
}

/** The words for the file or server that a command works on. */
function addTarget(command: Command): Command {
  return command
    .option('--db <target>', `a database file or a server's URL (default: ${defaultUrl})`)
    .addOption(userOption())
    .addOption(certificateOption());
}

function addImport(program: Command, tell: Tell): void {
  const command = addImportWords(
    program.command('import').description('load CSV, JSON or JSON Lines into a table, a collection or the graph'),
  );
  addTarget(command).action((files: string[]) => {
    const options = command.opts<{ db?: string } & Account>();
    const database = options.db === undefined ? files.find((file) => /\.(db|sqlite3?)$/i.test(file)) : undefined;
    if (database !== undefined) throw new UsageError(databaseIsOption(command, database));
    tell({ kind: 'import', request: importRequest(files, command), target: options.db ?? defaultUrl, account: accountOf(options) });
  });
}

function addExport(program: Command, tell: Tell): void {
  const command = addExportWords(
    program.command('export').description('write a table, a collection, the nodes of a label or a result to a file'),
  );
  addTarget(command).action((file: string, options: Parameters<typeof exportRequest>[1] & { db?: string } & Account) => {
    tell({ kind: 'export', request: exportRequest(file, options), target: options.db ?? defaultUrl, account: accountOf(options) });
  });
}

/** The words after `.import` in the shell. Throws UsageError or CommanderError for wrong ones. */
export function parseImportWords(words: readonly string[]): ImportRequest {
  let message = '';
  const command = addImportWords(new Command('.import'));
  command.exitOverride().configureOutput({
    writeOut: () => {},
    writeErr: (text) => {
      message += text;
    },
  });
  try {
    command.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError((message || error.message).replace(/^error: /, '').trim());
    throw error;
  }
  return importRequest(command.args, command);
}

function modeOption(): Option {
  return new Option('-m, --mode <mode>', 'how results are shown').choices(outputModes).default('table');
}

function userOption(): Option {
  return new Option('-u, --user <name>', 'sign in as this user; the password is asked for, or TREFOIL_PASSWORD').env('TREFOIL_USER');
}

function certificateOption(): Option {
  return new Option('--tls-ca <file>', 'trust the certificates in this file').env('TREFOIL_TLS_CA');
}

function accountOf({ user, tlsCa }: Account): Account {
  return { ...(user === undefined ? {} : { user }), ...(tlsCa === undefined ? {} : { tlsCa }) };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function collectParameter(text: string, texts: Map<string, string>): void {
  const match = /^\$?([A-Za-z_][A-Za-z0-9_]*)=([^]*)$/.exec(text);
  if (!match) throw new InvalidArgumentError('A parameter is written name=value.');
  texts.set(match[1] ?? '', match[2] ?? '');
}

type Run = Extract<Invocation, { readonly kind: 'run' }>;

/** The JSON reader is loaded only for this. Throws UsageError for what is not JSON. */
async function readParameters(invocation: Run, texts: ReadonlyMap<string, string>): Promise<Invocation> {
  const { parseJson } = await import('./parse-json.ts');
  const parameters = new Map<string, unknown>();
  for (const [name, json] of texts) {
    try {
      parameters.set(name, parseJson(json));
    } catch {
      const quoted = `'${name}=${JSON.stringify(json)}'`;
      throw new UsageError(`The value of ${name} is not JSON. Text needs double quotes inside the shell's own: -p ${quoted}`);
    }
  }
  return { ...invocation, parameters };
}

/** `trefoil srve` must not make a database called srve. Undefined for what is no slip. */
function mistypedCommand(target: string, program: Command): string | undefined {
  if (/[./\\:]/.test(target) || existsSync(target)) return undefined;
  const nearest = nearestName(
    target,
    program.commands.map((command) => command.name()),
  );
  if (nearest === undefined) return undefined;
  return `There is no command "${target}". Did you mean "${nearest}"? A database file of that name is written ./${target}`;
}
