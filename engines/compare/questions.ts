// The bundled catalogue: questions over the bundled sample (examples/sample.trefoil), which holds the same facts three times, as tables,
// as documents and as a graph. Each form is the best honest one its model allows; a model that cannot say it gives the reason.

import type { Model } from '../../parser/ast.ts';

export interface Question {
  readonly name: string;
  readonly title: string;
  readonly forms: readonly QuestionForm[];
}

export type QuestionForm = { readonly model: Model; readonly query: string } | { readonly model: Model; readonly notExpressible: string };

export const questions: readonly Question[] = [];
