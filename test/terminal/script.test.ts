// Scripts cut into statements as the text arrives, what Tab offers, and how failures look.

import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorText, TerminalError } from '../../clients/terminal/error-text.ts';
import { appendHistory, isSecret, loadHistory, rememberEntry } from '../../clients/terminal/history.ts';
import { plain } from '../../clients/terminal/paint.ts';
import { StatementBuffer, scriptStatements } from '../../clients/terminal/script.ts';
import { ClientError } from '../../server/protocol/error.ts';

describe('statements from pieces', () => {
  test('A statement is given back when its semicolon has come, with the line it begins on.', () => {
    const buffer = new StatementBuffer();
    expect(buffer.push('SELECT 1\n')).toEqual([]);
    expect(buffer.isEmpty).toBe(false);
    expect(buffer.push(", ';';\n\nSELECT 2; SEL")).toEqual([
      { text: "SELECT 1\n, ';'", linesBefore: 0 },
      { text: 'SELECT 2', linesBefore: 3 },
    ]);
    expect(buffer.push('ECT\n3;')).toEqual([{ text: 'SELECT\n3', linesBefore: 3 }]);
    expect(buffer.isEmpty).toBe(true);
  });
  test('A semicolon in braces or in a comment ends nothing.', () => {
    const buffer = new StatementBuffer();
    expect(buffer.push('COMPARE { RELATIONAL SELECT 1;\n')).toEqual([]);
    expect(buffer.push('GRAPH RETURN 1 } /* ; */;')).toHaveLength(1);
  });
  test('The last statement of a stream needs no semicolon; a character cut in two comes whole.', async () => {
    const bytes = Buffer.from("SELECT 'é';\nSELECT 2");
    async function* pieces(): AsyncGenerator<Buffer> {
      for (const byte of bytes) yield Buffer.from([byte]);
    }
    const texts: string[] = [];
    for await (const { text } of scriptStatements(pieces())) texts.push(text);
    expect(texts).toEqual(["SELECT 'é'", 'SELECT 2']);
  });
});

describe('failures', () => {
  const text = 'SELECT 1;\nSELECT * FROM persn';
  test('Code, sentence, the line with carets, and the hint; lines count in the whole script.', () => {
    const span = { start: 14, end: 19, line: 1, column: 15 };
    const error = new ClientError({
      code: 'bind/unknown-table',
      message: 'There is no table "persn".',
      span,
      hint: 'Did you mean "person"?',
      retryable: false,
    });
    expect(errorText(error, plain, { text: 'SELECT * FROM persn', linesBefore: 4, name: 'a.trefoil' })).toBe(
      [
        'bind/unknown-table: There is no table "persn".',
        '  in a.trefoil',
        '  5 | SELECT * FROM persn',
        '    |               ^^^^^',
        'Did you mean "person"?',
        '',
      ].join('\n'),
    );
    expect(errorText(error, plain, { text: text.slice(10) })).toContain('  1 | SELECT * FROM persn\n');
  });
  test("The system's errors are sentences.", () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: 'x.csv' });
    expect(errorText(missing, plain)).toBe('error: There is no file x.csv.\n');
    expect(errorText(new TerminalError('No.', 'Try yes.'), plain)).toBe('error: No.\nTry yes.\n');
  });
});

describe('history', () => {
  test('A statement of several lines is one entry, in the file too; the same statement stands once.', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'trefoil-history-')), 'deep', 'history');
    expect(loadHistory(file)).toEqual([]);
    for (const entry of ['SELECT 1;', "SELECT 'a\nb',\n2;", 'SELECT 1;']) appendHistory(file, entry);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const history = loadHistory(file);
    expect(history).toEqual(["SELECT 'a\nb',\n2;", 'SELECT 1;']);
    rememberEntry(history, "SELECT 'a\nb',\n2;");
    expect(history).toEqual(['SELECT 1;', "SELECT 'a\nb',\n2;"]);
  });
  test('What holds a password is no entry for the file.', () => {
    const secret = [
      "CREATE USER a PASSWORD 'x'",
      "alter user a set password 'x'",
      "UPDATE t SET db_password = 'x';",
      ".param set api_token 'x'",
      " .params set $myPwd = 'x'",
    ];
    expect(secret.filter((text) => !isSecret(text))).toEqual([]);
    expect(['SELECT 1', 'SELECT token FROM t', ".param set word 'x'", '.param list'].filter(isSecret)).toEqual([]);
  });
});
