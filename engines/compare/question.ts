// A question of the bundled catalogue, as text.

import type { Model } from '../../parser/ast.ts';

export interface Question {
  readonly name: string;
  /** What sort of question it is, in a few words. */
  readonly kind: string;
  readonly title: string;
  /** Every form writes, and has a check. */
  readonly writes?: true;
  readonly forms: readonly QuestionForm[];
}

export type QuestionForm =
  | {
      readonly model: Model;
      /** One query; of a question that writes, one or more statements. */
      readonly query: string;
      /** The query whose rows show what the statements have left. */
      readonly check?: string;
    }
  | { readonly model: Model; readonly notExpressible: string };
