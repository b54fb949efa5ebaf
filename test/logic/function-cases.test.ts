// The files functions-FAMILY.logic hold the cases that the function list makes. TREFOIL_UPDATE=1 writes them anew, with the outputs that
// are known; plain.test.ts then writes the others.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { printCases, readCases } from './case-file.ts';
import { caseFamilies, functionCases } from './function-cases.ts';

const update = process.env.TREFOIL_UPDATE === '1';

for (const family of caseFamilies) {
  it(`The cases of the family ${family} are those of the function list (npm run test:update writes them).`, () => {
    const path = new URL(`functions-${family}.logic`, import.meta.url).pathname;
    const there = existsSync(path) ? readCases(readFileSync(path, 'utf8'), path) : { head: '', cases: [] };
    const wanted = functionCases(family);
    const questions = (file: typeof there): readonly string[] => file.cases.map((c) => `== ${c.title}\n${c.header}\n${c.query}`);
    const outputs = wanted.cases.map((c) => there.cases.find((t) => t.query === c.query)?.expected ?? '');
    if (update) writeFileSync(path, printCases(wanted, outputs));
    else expect(questions(there)).toEqual(questions(wanted));
  });
}
