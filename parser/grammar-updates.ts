// Clauses of a pipeline that write to the graph: CREATE, MERGE, SET, REMOVE, DELETE, and the paths they and UPDATE assign to.

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { CallClauseGrammar } from './grammar-call-clauses.ts';
import {
  BracketClose,
  BracketOpen,
  Colon,
  Comma,
  Dot,
  DoubleQuoted,
  Equal,
  Integer,
  K,
  Minus,
  NameWord,
  ParenClose,
  ParenOpen,
  PlusEqual,
  Star,
  StringText,
} from './tokens.ts';
import { tokenSpan, unquote } from './tokenize.ts';

export abstract class UpdateGrammar extends CallClauseGrammar {
  protected readonly createClause = this.RULE('createClause', (): ast.CreateClause => {
    const start = this.mark();
    this.CONSUME(K.CREATE);
    const patterns = this.SUBRULE(this.patternList);
    return { kind: 'create', patterns, span: this.spanFrom(start) };
  });

  protected readonly mergeClause = this.RULE('mergeClause', (): ast.MergeClause => {
    const start = this.mark();
    const actions: ast.MergeClause['actions'][number][] = [];
    this.CONSUME(K.MERGE);
    const pattern = this.SUBRULE(this.pathPattern);
    this.MANY({
      // ON CONFLICT is that of the INSERT around it.
      GATE: () => !this.at(2, K.CONFLICT),
      DEF: () => {
        this.CONSUME(K.ON);
        const on = this.OR<'create' | 'match'>(this.mergeEvents);
        actions.push({ on, items: this.SUBRULE(this.setItems) });
      },
    });
    return { kind: 'merge', pattern, actions, span: this.spanFrom(start) };
  });

  private readonly mergeEvents = this.choices<'create' | 'match'>([
    [K.CREATE, 'create'],
    [K.MATCH, 'match'],
  ]);

  protected readonly setClause = this.RULE('setClause', (): ast.SetClause => {
    const start = this.mark();
    const items = this.SUBRULE(this.setItems);
    return { kind: 'set', items, span: this.spanFrom(start) };
  });

  private readonly setItems = this.RULE('setItems', (): ast.SetItem[] => {
    const items: ast.SetItem[] = [];
    this.CONSUME(K.SET);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.setItem));
      },
    });
    return items;
  });

  private readonly setItem = this.RULE('setItem', (): ast.SetItem => {
    return this.OR<ast.SetItem>([
      {
        GATE: () => this.at(2, Colon),
        ALT: () => ({ kind: 'labels', target: this.SUBRULE(this.name), labels: this.SUBRULE(this.labelNames) }),
      },
      {
        GATE: () => this.at(2, Equal) || this.at(2, PlusEqual),
        ALT: () => {
          const target = this.SUBRULE2(this.name);
          const merge = this.OR2([
            {
              ALT: () => {
                this.CONSUME1(Equal);
                return false;
              },
            },
            {
              ALT: () => {
                this.CONSUME(PlusEqual);
                return true;
              },
            },
          ]);
          return { kind: 'all', target, value: this.SUBRULE1(this.expression), merge };
        },
      },
      {
        GATE: () => !this.placeAt(),
        ALT: () => {
          const path = this.SUBRULE(this.path);
          this.CONSUME2(Equal);
          return { kind: 'path', path, value: this.SUBRULE2(this.expression) };
        },
      },
      {
        GATE: () => this.placeAt(),
        ALT: () => {
          const place = this.SUBRULE(this.place);
          this.CONSUME3(Equal);
          return { kind: 'place', place, value: this.SUBRULE3(this.expression) };
        },
      },
    ]);
  });

  /** A field or an element of what an expression gives: `n[$key]`, `(CASE … END).x`, `startNode(e).x`. */
  private readonly place = this.RULE('place', (): ast.Expression => {
    const start = this.mark();
    const place = this.SUBRULE(this.operand);
    this.ACTION(() => {
      if (place.kind !== 'field' && place.kind !== 'index')
        throw new QueryError('syntax/unexpected', 'Expected a property of a node or an edge.', {
          span: this.spanFrom(start),
          hint: 'As in (CASE WHEN a.x THEN a ELSE b END).y = 1.',
        });
    });
    return place;
  });

  /** True if more than a name and fixed steps stand here. */
  private placeAt(): boolean {
    let next = 2;
    if (this.at(1, ParenOpen)) {
      if (!this.at(2, NameWord) || !this.at(3, ParenClose)) return true;
      next = 4;
    } else if (!this.at(1, NameWord) || this.at(1, K.CASE)) return this.at(1, K.CASE) || this.at(1, BracketOpen);
    if (this.at(next, ParenOpen)) return true;
    for (;;) {
      if (this.at(next, Dot) && this.at(next + 2, ParenOpen)) return true;
      if (this.at(next, Dot)) next += 2;
      else if (!this.at(next, BracketOpen)) return false;
      else {
        const key = this.at(next + 1, Minus) ? next + 2 : next + 1;
        const fixed = this.at(key, Integer) || (key === next + 1 && (this.at(key, StringText) || this.at(key, DoubleQuoted)));
        if (!fixed || !this.at(key + 1, BracketClose)) return true;
        next = key + 2;
      }
    }
  }

  private readonly labelNames = this.RULE('labelNames', (): ast.Name[] => {
    const labels: ast.Name[] = [];
    this.AT_LEAST_ONE(() => {
      this.CONSUME(Colon);
      labels.push(this.SUBRULE(this.anyName));
    });
    return labels;
  });

  /** `a.b[0].c`, also `(a).b`; `a['b c']` is the field `b c`. */
  protected readonly path = this.RULE('path', (): ast.Path => {
    const start = this.mark();
    const root = this.OR([
      { ALT: () => this.SUBRULE1(this.name) },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const name = this.SUBRULE2(this.name);
          this.CONSUME(ParenClose);
          return name;
        },
      },
    ]);
    const steps: ast.PathStep[] = [];
    this.MANY(() => {
      steps.push(this.SUBRULE(this.pathStep));
    });
    return { root, steps, span: this.spanFrom(start) };
  });

  private readonly pathStep = this.RULE('pathStep', (): ast.PathStep => {
    const start = this.mark();
    return this.OR<ast.PathStep>([
      {
        ALT: () => {
          this.CONSUME(Dot);
          return { kind: 'field', name: this.SUBRULE(this.anyName) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(BracketOpen);
          let step: ast.PathStep = { kind: 'each', span: NOWHERE };
          this.OPTION(() => {
            step = this.SUBRULE(this.pathKey);
          });
          this.CONSUME(BracketClose);
          return this.ACTION(() => (step.kind === 'field' ? step : { ...step, span: this.spanFrom(start) }));
        },
      },
    ]);
  });

  private readonly pathKey = this.RULE('pathKey', (): ast.PathStep => {
    const start = this.mark();
    let sign = 1;
    this.OPTION(() => {
      this.CONSUME(Minus);
      sign = -1;
    });
    return this.OR<ast.PathStep>([
      {
        GATE: () => sign === 1,
        ALT: () => {
          this.CONSUME(Star);
          return { kind: 'each', span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const { image } = this.CONSUME(Integer);
          return { kind: 'index', index: sign * Number(image), span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => sign === 1,
        ALT: () => {
          const token = this.LA(1);
          this.OR2([{ ALT: () => this.CONSUME(StringText) }, { ALT: () => this.CONSUME(DoubleQuoted) }]);
          return { kind: 'field', name: { text: unquote(token.image), span: tokenSpan(token) } };
        },
      },
    ]);
  });

  protected readonly removeClause = this.RULE('removeClause', (): ast.RemoveClause => {
    const start = this.mark();
    const items: ast.RemoveClause['items'][number][] = [];
    this.CONSUME(K.REMOVE);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.removeItem));
      },
    });
    return { kind: 'remove', items, span: this.spanFrom(start) };
  });

  private readonly removeItem = this.RULE('removeItem', (): ast.RemoveClause['items'][number] => {
    return this.OR<ast.RemoveClause['items'][number]>([
      {
        GATE: () => this.at(2, Colon),
        ALT: () => ({ kind: 'labels', target: this.SUBRULE(this.name), labels: this.SUBRULE(this.labelNames) }),
      },
      { GATE: () => !this.placeAt(), ALT: () => ({ kind: 'path', path: this.SUBRULE(this.path) }) },
      { GATE: () => this.placeAt(), ALT: () => ({ kind: 'place', place: this.SUBRULE(this.place) }) },
    ]);
  });

  protected readonly deleteClause = this.RULE('deleteClause', (): ast.DeleteClause => {
    const start = this.mark();
    let detach = false;
    const values: ast.Expression[] = [];
    this.OPTION(() => {
      this.CONSUME(K.DETACH);
      detach = true;
    });
    this.CONSUME(K.DELETE);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        values.push(this.SUBRULE(this.expression));
      },
    });
    return { kind: 'deleteElements', detach, values, span: this.spanFrom(start) };
  });
}

const NOWHERE = { start: 0, end: 0 };
