// Runs what a page tells a person to type. In a folder of its own that looks like the checkout (examples/, and the package by its name), with
// `npx trefoil` and `trefoil` meaning the build in dist/:
//
//   ```sh          a script for the system's shell
//   ```sh server   the same, left running until the page ends; its output is what it writes before it serves
//   ```js FILE     saved as FILE
//   ```console     a dialogue with the shell: what follows a prompt is typed, the rest is what comes back
//
// Blocks in other languages (```bash) are not run. Port 7333 of the page is a free port here.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import type { Block } from './page.ts';

const pagePort = '7333';
/** As much of curl as the pages use, for machines without it. */
const curlInstead = `
const words = process.argv.slice(1);
const after = (flag) => words[words.indexOf(flag) + 1];
const body = words.includes("-d") ? { method: "POST", headers: { "content-type": "application/json" }, body: after("-d") } : {};
fetch(words.find((word) => word.startsWith("http")), body).then((answer) => answer.text()).then((text) => process.stdout.write(text));
`;
const prompt = /^(trefoil> | +-> )/;

export class Commands {
  private readonly folder: string;
  private readonly port: string;
  private readonly servers: ChildProcess[] = [];

  private constructor(folder: string, port: string) {
    this.folder = folder;
    this.port = port;
  }

  static async prepare(folder: string, root: string): Promise<Commands> {
    const bin = join(folder, '.bin');
    mkdirSync(bin);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(root, 'examples'), join(folder, 'examples'));
    symlinkSync(root, join(folder, 'node_modules/trefoil-db'));
    symlinkSync(join(root, 'node_modules/better-sqlite3'), join(folder, 'node_modules/better-sqlite3'));
    const main = `exec '${process.execPath}' '${join(root, 'dist/clients/terminal/main.js')}' "$@"\n`;
    writeFileSync(join(bin, 'trefoil'), `#!/bin/sh\n${main}`);
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\n${main}`);
    const programs = ['trefoil', 'npx'];
    if (spawnSync('/bin/sh', ['-c', 'command -v curl']).status !== 0) {
      writeFileSync(join(bin, 'curl'), `#!/bin/sh\nexec '${process.execPath}' -e '${curlInstead}' -- "$@"\n`);
      programs.push('curl');
    }
    for (const program of programs) chmodSync(join(bin, program), 0o755);
    return new Commands(folder, await freePort());
  }

  /** What the block gives; undefined for what is not run. */
  async run(block: Block): Promise<string | undefined> {
    const text = block.text.replaceAll(pagePort, this.port);
    const output = await this.outputOf(block, text);
    return output?.replaceAll(this.port, pagePort).trimEnd();
  }

  private async outputOf(block: Block, text: string): Promise<string | undefined> {
    switch (block.language) {
      case 'sh':
        return block.words[0] === 'server' ? this.startServer(text) : this.shell(text);
      case 'js':
        writeFileSync(join(this.folder, block.words[0] ?? ''), `${text}\n`);
        return undefined;
      case 'console':
        return this.dialogue(text);
      default:
        return undefined;
    }
  }

  private start(text: string): ChildProcess {
    const path = `${join(this.folder, '.bin')}${delimiter}${process.env.PATH ?? ''}`;
    return spawn('/bin/sh', ['-c', `exec 2>&1\n${text}`], {
      cwd: this.folder,
      env: { ...process.env, PATH: path, HOME: this.folder, NO_COLOR: '1', FORCE_COLOR: '0', TREFOIL_LOG_LEVEL: 'warn' },
    });
  }

  private shell(text: string, input = ''): Promise<string> {
    const child = this.start(text);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    child.stdin?.end(input);
    return new Promise((done) => child.on('close', () => done(output)));
  }

  private startServer(text: string): Promise<string> {
    const child = this.start(`exec ${text}`);
    this.servers.push(child);
    let output = '';
    return new Promise((done, fail) => {
      child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
        output += piece;
        if (output.includes('Ctrl-C')) done(output);
      });
      child.on('close', () => fail(new Error(`The server ended: ${output}`)));
    });
  }

  /** The dialogue as it goes today. `.mode` after each statement answers `table`, which tells the outputs apart. */
  private async dialogue(text: string): Promise<string> {
    const lines = text.split('\n');
    const [first = '', ...rest] = lines;
    const greeting = rest.findIndex((line) => prompt.test(line));
    const turns: string[][] = [];
    for (const line of rest.slice(greeting)) {
      if (line.startsWith('trefoil> ')) turns.push([line]);
      else if (prompt.test(line)) turns.at(-1)?.push(line);
    }
    const typed = turns.map((turn) => `${turn.map((line) => line.replace(prompt, '')).join('\n')}\n.mode\n`);
    const output = await this.shell(first.replace(/^\$ /, ''), typed.join(''));
    const answers = output.split(/^table\n/m);
    const parts = turns.map((turn, i) => [...turn, ...(answers[i]?.trimEnd() ? [answers[i].trimEnd()] : [])].join('\n'));
    return [first, ...rest.slice(0, greeting), ...parts].join('\n');
  }

  async close(): Promise<void> {
    for (const child of this.servers) {
      child.removeAllListeners('close');
      await new Promise((done) => {
        child.on('close', done);
        child.kill('SIGTERM');
      });
    }
  }
}

function freePort(): Promise<string> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(String(typeof address === 'object' ? address?.port : 0)));
    });
  });
}
