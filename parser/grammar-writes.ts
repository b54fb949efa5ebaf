// UPDATE and DELETE of rows and documents, with what INSERT (grammar-insert.ts) shares with them: assignments, RETURNING.

import type * as ast from './ast.ts';
import { plural, QueryError } from './error.ts';
import { DefinitionGrammar } from './grammar-definitions.ts';
import type { Ordering } from './grammar-pipelines.ts';
import type { TokenType } from './chevrotain.ts';
import { Comma, EndOfInput, Equal, K, ParenClose, ParenOpen, Semicolon } from './tokens.ts';

interface Tail {
  readonly order: Ordering;
  readonly returning: ast.SelectItem[] | undefined;
}

interface Changes {
  readonly set: ast.Assignment[];
  readonly unset: ast.Path[];
}

export abstract class WriteGrammar extends DefinitionGrammar {
  private readonly resolutions = this.choices<ast.ConflictResolution>([
    [K.ABORT, 'abort'],
    [K.FAIL, 'fail'],
    [K.IGNORE, 'ignore'],
    [K.REPLACE, 'replace'],
    [K.ROLLBACK, 'rollback'],
  ]);

  protected readonly orResolution = this.RULE('orResolution', (): ast.ConflictResolution | undefined => {
    let found: ast.ConflictResolution | undefined;
    this.OPTION(() => {
      this.CONSUME(K.OR);
      found = this.OR(this.resolutions);
    });
    return found;
  });

  protected readonly assignedRow = this.RULE('assignedRow', (): ast.Assigned[] => {
    const row: ast.Assigned[] = [];
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        row.push(this.SUBRULE(this.assigned));
      },
    });
    this.CONSUME(ParenClose);
    return row;
  });

  /** A value, or DEFAULT where nothing follows that would make it a name. */
  private readonly assigned = this.RULE('assigned', (): ast.Assigned => {
    const start = this.mark();
    return this.OR<ast.Assigned>([
      {
        GATE: () => DEFAULT_ENDS.has(this.LA(2).tokenType),
        ALT: () => {
          this.CONSUME(K.DEFAULT);
          return { kind: 'default', span: this.spanFrom(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  protected readonly returning = this.RULE('returning', (): ast.SelectItem[] | undefined => {
    let items: ast.SelectItem[] | undefined;
    this.OPTION(() => {
      const list: ast.SelectItem[] = [];
      this.CONSUME(K.RETURNING);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          list.push(this.SUBRULE(this.selectItem));
        },
      });
      items = list;
    });
    return items;
  });

  protected readonly where = this.RULE('where', (): ast.Expression | undefined => {
    let where: ast.Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    return where;
  });

  protected readonly update = this.RULE('update', (): ast.Update => {
    const start = this.mark();
    let from: ast.FromItem | undefined;
    this.CONSUME(K.UPDATE);
    const or = this.SUBRULE(this.orResolution);
    const target = this.SUBRULE(this.name);
    const alias = this.SUBRULE(this.optionalAlias);
    const { set, unset } = this.OR<Changes>([
      { ALT: () => this.SUBRULE(this.changes) },
      { ALT: () => this.SUBRULE(this.mergePatch, { ARGS: [alias ?? target] }) },
    ]);
    this.OPTION(() => {
      this.CONSUME(K.FROM);
      from = this.SUBRULE(this.fromItems);
    });
    const where = this.SUBRULE(this.where);
    const tail = this.SUBRULE(this.writeTail);
    return this.ACTION(() => ({
      kind: 'update',
      ...(or && { or }),
      target,
      ...(alias && { alias }),
      set,
      unset,
      ...(from && { from }),
      ...(where && { where }),
      ...tailOf(tail),
      span: this.spanFrom(start),
    }));
  });

  /** `MERGE patch`: `SET o = merge_patch(o, patch)`. */
  private readonly mergePatch = this.RULE('mergePatch', (document: ast.Name = NO_NAME): Changes => {
    const start = this.mark();
    this.CONSUME(K.MERGE);
    const patch = this.SUBRULE(this.expression);
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      const name: ast.Name = { text: 'merge_patch', span };
      const old: ast.Identifier = { kind: 'identifier', name: document.text, span };
      const value: ast.FunctionCall = { kind: 'call', name, distinct: false, arguments: [old, patch], span };
      return { set: [{ kind: 'value', path: { root: document, steps: [], span }, value }], unset: [] };
    });
  });

  /** `SET … [UNSET …]`, or UNSET alone. */
  protected readonly changes = this.RULE('changes', (): Changes => {
    let set: ast.Assignment[] = [];
    let unset: ast.Path[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.SET);
          set = this.SUBRULE(this.assignments);
          this.OPTION(() => {
            this.CONSUME1(K.UNSET);
            unset = this.SUBRULE1(this.paths);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(K.UNSET);
          unset = this.SUBRULE2(this.paths);
        },
      },
    ]);
    return { set, unset };
  });

  private readonly assignments = this.RULE('assignments', (): ast.Assignment[] => {
    const set: ast.Assignment[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const made = this.SUBRULE(this.assignment);
        this.ACTION(() => {
          set.push(...made);
        });
      },
    });
    return set;
  });

  private readonly assignment = this.RULE('assignment', (): ast.Assignment[] => {
    return this.OR<ast.Assignment[]>([
      { GATE: () => this.at(1, ParenOpen) && this.afterBracket(1).tokenType === Equal, ALT: () => this.SUBRULE(this.rowAssignment) },
      {
        ALT: () => {
          const path = this.SUBRULE(this.path);
          this.CONSUME(Equal);
          return [{ kind: 'value', path, value: this.SUBRULE(this.assigned) }];
        },
      },
    ]);
  });

  /** `(a, b) = (1, 2)` is `a = 1, b = 2`; `(a, b) = (SELECT …)` stays one. */
  private readonly rowAssignment = this.RULE('rowAssignment', (): ast.Assignment[] => {
    const start = this.mark();
    this.CONSUME1(ParenOpen);
    const paths = this.SUBRULE(this.paths);
    this.CONSUME1(ParenClose);
    this.CONSUME(Equal);
    return this.OR<ast.Assignment[]>([
      {
        GATE: () => this.parenthesisedQueryAt(1),
        ALT: () => {
          this.CONSUME2(ParenOpen);
          const query = this.SUBRULE(this.query);
          this.CONSUME2(ParenClose);
          return [{ kind: 'query', paths, query, span: this.spanFrom(start) }];
        },
      },
      {
        GATE: () => paths.length !== 1,
        ALT: () => {
          const values = this.SUBRULE(this.assignedRow);
          return this.ACTION(() => {
            if (values.length !== paths.length) {
              const message = `${plural(paths.length, 'place')} set here, but ${plural(values.length, 'value')} given.`;
              throw new QueryError('syntax/unexpected', message, { span: this.spanFrom(start) });
            }
            return paths.map((path, i) => ({ kind: 'value', path, value: values[i] as ast.Assigned }));
          });
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE(this.assigned);
          return this.ACTION(() => paths.map((path) => ({ kind: 'value', path, value })));
        },
      },
    ]);
  });

  protected readonly paths = this.RULE('paths', (): ast.Path[] => {
    const paths: ast.Path[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        paths.push(this.SUBRULE(this.path));
      },
    });
    return paths;
  });

  protected readonly deleteStatement = this.RULE('deleteStatement', (): ast.Delete => {
    const start = this.mark();
    let using: ast.FromItem | undefined;
    this.CONSUME(K.DELETE);
    this.CONSUME(K.FROM);
    const from = this.SUBRULE(this.name);
    const alias = this.SUBRULE(this.optionalAlias);
    this.OPTION(() => {
      this.CONSUME(K.USING);
      using = this.SUBRULE(this.fromItems);
    });
    const where = this.SUBRULE(this.where);
    const tail = this.SUBRULE(this.writeTail);
    return this.ACTION(() => ({
      kind: 'delete',
      from,
      ...(alias && { alias }),
      ...(using && { using }),
      ...(where && { where }),
      ...tailOf(tail),
      span: this.spanFrom(start),
    }));
  });

  /** `[ORDER BY …] [LIMIT …] [RETURNING …]`; SQLite writes RETURNING first. */
  private readonly writeTail = this.RULE('writeTail', (): Tail => {
    const first = this.LA(1);
    const before = this.SUBRULE1(this.ordering);
    const returning = this.SUBRULE(this.returning);
    let after = before;
    this.OPTION({
      GATE: () => returning !== undefined && before.orderBy.length === 0 && !before.limit && !before.skip,
      DEF: () => {
        after = this.SUBRULE2(this.ordering);
      },
    });
    this.ACTION(() => {
      if (after.fetch) this.notBuilt('FETCH … WITH TIES or PERCENT in a write', first, 'Choose the rows in WHERE, with a query.');
    });
    return { order: after, returning };
  });
}

/** What may follow the keyword DEFAULT; before anything else it is a name. */
const DEFAULT_ENDS: ReadonlySet<TokenType> = new Set([
  Comma,
  ParenClose,
  Semicolon,
  EndOfInput,
  K.WHERE,
  K.FROM,
  K.UNSET,
  K.ON,
  K.ORDER,
  K.LIMIT,
  K.OFFSET,
  K.SKIP,
  K.FETCH,
  K.RETURNING,
]);

function tailOf({ order, returning }: Tail): ast.WriteTail {
  const { orderBy, limit, skip: offset } = order;
  return { orderBy, ...(limit && { limit }), ...(offset && { offset }), ...(returning && { returning }) };
}
const NO_NAME: ast.Name = { text: '', span: { start: 0, end: 0 } };
