// The page of railroad diagrams is the grammar's: `npm run grammar` writes it anew.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { grammarPage } from './docs/grammar-page.ts';

it('docs/grammar.html shows the grammar as it is.', () => {
  const page = readFileSync(new URL('../docs/grammar.html', import.meta.url), 'utf8');
  expect(page === grammarPage(), 'npm run grammar writes the page anew').toBe(true);
});
