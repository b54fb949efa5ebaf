// Typing into the line editor, seen on a screen.

import { describe, expect, test } from 'vitest';
import { isCompleteText } from '../../clients/terminal/complete-text.ts';
import { LineEditor } from '../../clients/terminal/editor/line-editor.ts';
import { plain } from '../../clients/terminal/paint.ts';
import { statementSpans } from '../../clients/terminal/paint-statement.ts';
import { TestKeyboard, TestScreen } from './screen.ts';

const prompt = { text: () => '> ', continuations: (text: string) => text.split('\n').map(() => '. ') };
const keys = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  altEnter: '\x1b\r',
  ctrl: (letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64),
  paste: (text: string) => `\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`,
};

function editor(history: string[] = [], size: readonly [number, number] = [40, 8]) {
  const input = new TestKeyboard();
  const screen = new TestScreen(...size);
  const interrupts: string[] = [];
  const line = new LineEditor({
    input,
    screen,
    history,
    paint: { dim: (t) => t, bold: (t) => t, chosen: (t) => `[${t}]` },
    isComplete: isCompleteText,
    complete: async (before) => {
      const word = /\w*$/.exec(before)?.[0] ?? '';
      return [['person', 'place', 'product'].filter((name) => name.startsWith(word)), word];
    },
    loadHighlighter: async () => statementSpans(plain),
    onInterrupt: () => interrupts.push('C-c'),
  });
  return { input, screen, line, interrupts };
}

/** Types, and gives the screen and the answer when one has come. */
async function typing(typed: readonly string[], history: string[] = [], size?: readonly [number, number]) {
  const { input, screen, line } = editor(history, size);
  const answer = line.read(prompt);
  for (const text of typed) input.write(text);
  const shown = await screen.shown();
  const text = await Promise.race([answer, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);
  line.close();
  return { shown, answer: text };
}

describe('a statement of several lines', () => {
  test('Enter goes on until the semicolon, and ends there.', async () => {
    expect((await typing(['SELECT 1', '\r', 'AS a'])).shown).toEqual(['> SELECT 1', '. AS a█']);
    expect((await typing(['SELECT 1', '\r', 'AS a;', '\r'])).answer).toEqual({ kind: 'text', text: 'SELECT 1\nAS a;' });
    expect((await typing(["SELECT ';", '\r'])).answer).toBeUndefined();
    expect((await typing(['.mode csv', '\r'])).answer).toEqual({ kind: 'text', text: '.mode csv' });
  });
  test('Earlier lines can be changed, and Enter then runs the whole from any place.', async () => {
    const { answer } = await typing(['SELECT 1', '\r', 'FROM t;', keys.up, keys.end, '0', '\r']);
    expect(answer).toEqual({ kind: 'text', text: 'SELECT 10\nFROM t;' });
    expect((await typing(['a', '\r', 'bcd', keys.left, keys.up, keys.down])).shown).toEqual(['> a', '. bc█d']);
    expect((await typing(['ab;', keys.left, keys.altEnter])).shown).toEqual(['> ab', '. █;']);
  });
  test('The history gives it back as a whole, and Up leaves it at its first line.', async () => {
    const history = ['SELECT 0;', 'SELECT 1\nFROM t;'];
    expect((await typing([keys.up], history)).shown).toEqual(['> SELECT 1', '. FROM t;█']);
    expect((await typing(['x', keys.up, keys.up, keys.up], history)).shown).toEqual(['> SELECT 0;█']);
    expect((await typing(['x', keys.ctrl('p'), keys.ctrl('p'), keys.ctrl('n'), keys.ctrl('n')], history)).shown).toEqual(['> x█']);
  });
});

describe('pasting', () => {
  test('Lines are put in and not run, whatever they hold.', async () => {
    const { shown, answer } = await typing([keys.paste('SELECT 1;\n\tSELECT 2;\x07\n')]);
    expect(shown).toEqual(['> SELECT 1;', '.     SELECT 2;', '. █']);
    expect(answer).toBeUndefined();
  });
  test('A text that is taller than the screen shows the lines round the cursor, and all of itself when it is run.', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `-- ${i}`).join('\n');
    const size = [20, 4] as const;
    expect((await typing([keys.paste(`${lines}\nSELECT 1;`)], [], size)).shown).toEqual(['. -- 17', '. -- 18', '. -- 19', '. SELECT 1;█']);
    expect((await typing([keys.paste(`${lines}\nSELECT 1;`), '\x1b[1;5H'], [], size)).shown).toEqual([
      '> █-- 0',
      '. -- 1',
      '. -- 2',
      '. -- 3',
    ]);
    const { answer, shown } = await typing([keys.paste(`${lines}\nSELECT 1;`), '\x1b[1;5H', '\r'], [], size);
    expect(shown).toEqual(['. -- 18', '. -- 19', '. SELECT 1;', '█']);
    expect(answer).toEqual({ kind: 'text', text: `${lines}\nSELECT 1;` });
  });
});

test('What is typed while another reads the terminal, as a password is, is not for the editor.', async () => {
  const { input, screen, line } = editor();
  line.suspend();
  input.resume();
  input.write('secret\r');
  await screen.shown();
  line.resume();
  void line.read(prompt);
  input.write('SELECT 1');
  expect(await screen.shown()).toEqual(['> SELECT 1█']);
  line.close();
});

describe('the screen', () => {
  test('A long line wraps, a full row too, and wide characters stay whole.', async () => {
    const size = [10, 6] as const;
    expect((await typing(['12345678'], [], size)).shown).toEqual(['> 12345678', '█']);
    expect((await typing(['1234567890', keys.left, keys.left, keys.left], [], size)).shown).toEqual(['> 1234567█8', '90']);
    expect((await typing(['1234567日本'], [], size)).shown).toEqual(['> 1234567', '日本█']);
    expect((await typing(['日本語', keys.left, 'x'], [], size)).shown).toEqual(['> 日本x█語']);
    expect((await typing(['12345678', keys.left, keys.left, '\x7f'], [], size)).shown).toEqual(['> 12345█78']);
  });
  test('One key takes a whole character away, however many code points it has.', async () => {
    expect((await typing(['a👩‍👩‍👧', '\x7f'])).shown).toEqual(['> a█']);
    expect((await typing(['e\u0301x', keys.left, '\x7f'])).shown).toEqual(['> █x']);
  });
  test('A text that begins at the top of the screen is drawn over, and not pushed into the scrollback.', async () => {
    const { input, screen, line } = editor([], [20, 8]);
    void line.read(prompt);
    for (const text of ['SELECT', '\r', '1', keys.ctrl('c')]) {
      input.write(text);
      await screen.shown();
    }
    line.tell('told\n');
    expect(await screen.shown()).toEqual(['> SELECT', '. 1', 'told', '█']);
    expect(screen.cornerClears).toBe(0);
    line.close();
  });
  test('It is drawn anew when the terminal changes its size.', async () => {
    const { input, screen, line } = editor([], [12, 8]);
    void line.read(prompt);
    input.write('SELECT 1234567890');
    expect(await screen.shown()).toEqual(['> SELECT 123', '4567890█']);
    screen.resize(8, 8);
    expect((await screen.shown()).slice(-3)).toEqual(['> SELECT', ' 1234567', '890█']);
    screen.resize(40, 8);
    expect((await screen.shown()).at(-1)).toBe('> SELECT 1234567890█');
    line.close();
  });
  test('Text told while typing stands above what is typed.', async () => {
    const { input, screen, line } = editor();
    void line.read(prompt);
    input.write('SEL');
    await screen.shown();
    line.tell('Connected again.\r\n');
    expect(await screen.shown()).toEqual(['Connected again.', '> SEL█']);
    line.close();
  });
});

describe('searching', () => {
  const history = ['SELECT name FROM person;', 'SELECT 1;', 'DELETE FROM person;', 'SELECT 2;'];
  test('Ctrl-R finds the newest with the text, again the one before; Enter runs it.', async () => {
    expect((await typing([keys.ctrl('r'), 'person'], history)).shown).toEqual(["search 'person'> DELETE FROM █person;"]);
    expect((await typing([keys.ctrl('r'), 'person', keys.ctrl('r')], history)).shown[0]).toContain('SELECT name');
    expect((await typing([keys.ctrl('r'), 'person', keys.ctrl('r'), keys.ctrl('s'), '\r'], history)).answer).toEqual({
      kind: 'text',
      text: 'DELETE FROM person;',
    });
    expect((await typing([keys.ctrl('r'), 'person', keys.ctrl('r'), keys.ctrl('r')], history)).shown[0]).toContain("not found 'person'");
  });
  test('A move edits what was found, Ctrl-G comes back to what was typed.', async () => {
    expect((await typing(['abc', keys.ctrl('r'), 'name', keys.end, 'x'], history)).shown).toEqual(['> SELECT name FROM person;x█']);
    expect((await typing(['abc', keys.ctrl('r'), 'name', keys.ctrl('g')], history)).shown).toEqual(['> abc█']);
  });
  test('PageUp looks for what begins with the text before the cursor.', async () => {
    expect((await typing(['SELECT ', '\x1b[5~', '\x1b[5~'], history)).shown).toEqual(['> SELECT █1;']);
  });
});

describe('other keys', () => {
  test('Cutting, putting back and undoing.', async () => {
    expect((await typing(['SELECT one.two', keys.ctrl('w'), keys.ctrl('y'), keys.ctrl('y')])).shown).toEqual(['> SELECT one.twoone.two█']);
    expect((await typing(['SELECT one.two', '\x1b\x7f'])).shown).toEqual(['> SELECT one.█']);
    expect((await typing(['a b', '\x1f'])).shown).toEqual(['> a█']);
    expect((await typing(['ab', keys.ctrl('t'), keys.home, keys.ctrl('k')])).shown).toEqual(['> █']);
  });
  test('Tab takes what is common, then offers, then chooses.', async () => {
    expect((await typing(['FROM pe', '\t'])).shown).toEqual(['> FROM person█']);
    expect((await typing(['FROM p', '\t'])).shown).toEqual(['> FROM p█', 'person   place    product']);
    expect((await typing(['FROM p', '\t', '\t', '\t'])).shown).toEqual(['> FROM place█', 'person   [place]    product']);
    expect((await typing(['FROM p', '\t', '\t', '\t', ' x'])).shown).toEqual(['> FROM place x█']);
  });
  test('Ctrl-C gives up the text, Ctrl-D leaves when there is none.', async () => {
    expect((await typing(['ab', keys.ctrl('c')])).answer).toEqual({ kind: 'interrupted', typed: true });
    expect((await typing(['ab', keys.ctrl('d')])).answer).toBeUndefined();
    expect((await typing([keys.ctrl('d')])).answer).toEqual({ kind: 'end' });
  });
  test('Keys typed ahead wait for the next reading, and Ctrl-C before it drops them.', async () => {
    const { input, line, interrupts, screen } = editor();
    input.write('SELECT 1;\rSEL');
    await screen.shown();
    expect(await line.read(prompt)).toEqual({ kind: 'text', text: 'SELECT 1;' });
    input.write(keys.ctrl('c'));
    await screen.shown();
    expect(interrupts).toEqual(['C-c']);
    void line.read(prompt);
    expect((await screen.shown()).at(-1)).toBe('> █');
    line.close();
    expect(input.rawModes).toEqual([true, false]);
  });
  test('A question is answered by a key typed after it.', async () => {
    const { input, line, screen } = editor();
    input.write('y');
    await screen.shown();
    const answer = line.key('Sure? ');
    expect(await screen.shown()).toEqual(['Sure? █']);
    input.write('n');
    expect(await answer).toBe('n');
    line.close();
  });
});
