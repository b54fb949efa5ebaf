// What is not finished yet, or lacks a word, is parsed in no time: a parser that looks ahead for the end of a bracket must find the end of
// the text. It runs on a thread of its own, since a parser that does not end could not be stopped otherwise.

import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { packageFile } from '../../engines/package-file.ts';
import { looseTokens } from '../../parser/tokenize.ts';
import { readCases, sections } from '../logic/case-file.ts';
import { runs } from '../long.ts';
import { SAMPLES } from './samples.ts';

/** A text, and where a token of it starts and ends: it is tried up to there, and without that token. */
interface Broken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longer ones say nothing that short ones do not. */
const tokensMax = 60;

/** Of each text one token is tried, any of them. */
function broken(texts: readonly string[]): Broken[] {
  return texts.flatMap((text) => {
    const tokens = looseTokens(text);
    const token = tokens[Math.floor(Math.random() * tokens.length)];
    if (token === undefined || tokens.length > tokensMax) return [];
    return { text, start: token.startOffset, end: token.startOffset + token.image.length };
  });
}

/** The queries of the `.logic` files. */
function queries(): string[] {
  const folder = new URL('../logic/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.logic'))
    .flatMap((file) => readCases(readFileSync(new URL(file, folder), 'utf8'), file).cases)
    .filter((c) => !c.stages.includes('frames'))
    .flatMap((c) => (c.model === 'same' ? sections(c.query).map((s) => s.query) : [c.query]));
}

const parseAll = `
  const { parentPort, workerData: { parser, broken, reached } } = require('node:worker_threads');
  import(parser).then(({ parse }) => {
    const tried = (text) => {
      try {
        parse(text);
      } catch (error) {
        if (error.code === undefined) throw error;
      }
    };
    for (const [i, { text, start, end }] of broken.entries()) {
      Atomics.store(reached, 0, i);
      tried(text.slice(0, end));
      tried(text.slice(0, start) + text.slice(end));
    }
    parentPort.postMessage('done');
  });`;

/** The first text at which the parser stands still for so long; undefined when all were parsed. */
function stuckAt(texts: readonly Broken[], forMs: number): Promise<Broken | undefined> {
  const reached = new Int32Array(new SharedArrayBuffer(4));
  const parser = pathToFileURL(packageFile('dist/parser/parse.js')).href;
  const worker = new Worker(parseAll, { eval: true, workerData: { parser, broken: texts, reached }, execArgv: [] });
  return new Promise<Broken | undefined>((resolve, reject) => {
    let last = -1;
    const timer = setInterval(() => {
      const now = Atomics.load(reached, 0);
      if (now === last) resolve(texts[now]);
      last = now;
    }, forMs);
    worker.on('message', () => resolve(undefined));
    worker.on('error', reject);
    worker.on('exit', () => clearInterval(timer));
  }).finally(() => worker.terminate());
}

it('A text that breaks off anywhere, or lacks any word, is parsed or refused.', async () => {
  const unclosed = ['SELECT trim(', 'SELECT substring(a', 'SELECT overlay(a PLACING b'].map((text) => ({
    text,
    start: 0,
    end: text.length,
  }));
  expect(await stuckAt(unclosed, 10_000)).toBeUndefined();
  const all = broken([...SAMPLES, ...queries()]);
  const from = Math.floor(Math.random() * all.length);
  const some = [...all, ...all].slice(from, from + Math.min(all.length, runs(100)));
  expect(await stuckAt(some, 10_000)).toBeUndefined();
}, 600_000);
