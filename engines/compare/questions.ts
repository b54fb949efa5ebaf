// The bundled catalogue: questions over the bundled sample (examples/sample.trefoil), which holds the same facts three times, as tables,
// as documents and as a graph.

import type { Question } from './question.ts';
import { readQuestions } from './questions-read.ts';
import { writeQuestions } from './questions-write.ts';

export const questions: readonly Question[] = [...readQuestions, ...writeQuestions];

const byName = new Map(questions.map((question) => [question.name, question]));

export function questionNamed(name: string): Question | undefined {
  return byName.get(name);
}
