// ALTER TABLE, COLLECTION, GRAPH and VIEW.

import type * as ast from './ast.ts';
import { TableGrammar } from './grammar-tables.ts';
import { numberLiteral } from './literals.ts';
import { LEVEL } from './precedence.ts';
import { Comma, Integer, K } from './tokens.ts';

export abstract class AlterGrammar extends TableGrammar {
  protected readonly alter = this.RULE('alter', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.ALTER);
    return this.OR<ast.Statement>([
      { ALT: () => this.SUBRULE(this.alterTable, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.renameWhole, { ARGS: [start] }) },
    ]);
  });

  protected readonly ifExists = this.RULE('ifExists', (): boolean => {
    let found = false;
    this.OPTION({
      GATE: () => this.at(2, K.EXISTS),
      DEF: () => {
        this.CONSUME(K.IF);
        this.CONSUME(K.EXISTS);
        found = true;
      },
    });
    return found;
  });

  private readonly alterTable = this.RULE('alterTable', (start = 0): ast.AlterTable => {
    const actions: ast.AlterAction[] = [];
    this.CONSUME(K.TABLE);
    const ifExists = this.SUBRULE(this.ifExists);
    const name = this.SUBRULE(this.name);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        actions.push(this.SUBRULE(this.alterAction));
      },
    });
    return { kind: 'alterTable', name, ifExists, actions, span: this.spanFrom(start) };
  });

  private readonly renamed = this.choices<ast.Rename['what']>([
    [K.COLLECTION, 'collection'],
    [K.GRAPH, 'graph'],
    [K.VIEW, 'view'],
  ]);

  private readonly renameWhole = this.RULE('renameWhole', (start = 0): ast.Rename => {
    const what = this.OR(this.renamed);
    const ifExists = this.SUBRULE(this.ifExists);
    const name = this.SUBRULE1(this.name);
    this.CONSUME(K.RENAME);
    this.CONSUME(K.TO);
    const to = this.SUBRULE2(this.name);
    return { kind: 'rename', what, name, ifExists, to, span: this.spanFrom(start) };
  });

  private readonly alterAction = this.RULE('alterAction', (): ast.AlterAction => {
    const start = this.mark();
    return this.OR<ast.AlterAction>([
      { ALT: () => this.SUBRULE(this.renameAction, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.addAction, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.dropAction, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.alterColumn, { ARGS: [start] }) },
    ]);
  });

  private readonly renameAction = this.RULE('renameAction', (start = 0): ast.AlterAction => {
    this.CONSUME(K.RENAME);
    return this.OR<ast.AlterAction>([
      {
        GATE: () => !this.at(2, K.TO),
        ALT: () => {
          this.CONSUME1(K.TO);
          return { kind: 'renameTo', to: this.SUBRULE1(this.name), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.OPTION({ GATE: () => !this.at(2, K.TO), DEF: () => this.CONSUME(K.COLUMN) });
          const column = this.SUBRULE2(this.name);
          this.CONSUME2(K.TO);
          return { kind: 'renameColumn', column, to: this.SUBRULE3(this.name), span: this.spanFrom(start) };
        },
      },
    ]);
  });

  private readonly addAction = this.RULE('addAction', (start = 0): ast.AlterAction => {
    this.CONSUME(K.ADD);
    return this.OR<ast.AlterAction>([
      {
        GATE: () => this.tableConstraintAt(),
        ALT: () => ({ kind: 'addConstraint', constraint: this.SUBRULE(this.tableConstraint), span: this.spanFrom(start) }),
      },
      {
        ALT: () => {
          this.OPTION({ GATE: () => this.columnWordAt(), DEF: () => this.CONSUME(K.COLUMN) });
          const ifNotExists = this.SUBRULE(this.ifNotExists);
          return { kind: 'addColumn', column: this.SUBRULE(this.columnDefinition), ifNotExists, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  private readonly dropAction = this.RULE('dropAction', (start = 0): ast.AlterAction => {
    this.CONSUME(K.DROP);
    const action = this.OR<Pick<ast.DropColumn, 'kind' | 'name' | 'ifExists'> | Pick<ast.DropConstraint, 'kind' | 'name' | 'ifExists'>>([
      {
        GATE: () => this.columnWordAt(),
        ALT: () => {
          this.CONSUME(K.CONSTRAINT);
          const ifExists = this.SUBRULE1(this.ifExists);
          return { kind: 'dropConstraint', name: this.SUBRULE1(this.name), ifExists };
        },
      },
      {
        ALT: () => {
          this.OPTION({ GATE: () => this.columnWordAt(), DEF: () => this.CONSUME(K.COLUMN) });
          const ifExists = this.SUBRULE2(this.ifExists);
          return { kind: 'dropColumn', name: this.SUBRULE2(this.name), ifExists };
        },
      },
    ]);
    this.SUBRULE(this.cascade);
    return this.ACTION(() => ({ ...action, span: this.spanFrom(start) }));
  });

  /** The word COLUMN or CONSTRAINT and not a column of that name: a name follows. */
  private columnWordAt(): boolean {
    return this.at(2, K.IF) || !(this.at(2, Comma) || this.endsAt(2));
  }

  private readonly alterColumn = this.RULE('alterColumn', (start = 0): ast.AlterAction => {
    this.CONSUME(K.ALTER);
    this.OPTION1({ GATE: () => !COLUMN_ACTIONS.has(this.LA(2).tokenType), DEF: () => this.CONSUME(K.COLUMN) });
    const column = this.SUBRULE(this.name);
    const change = this.OR1<ast.ColumnChange>([
      {
        GATE: () => this.at(2, K.DATA),
        ALT: () => {
          this.CONSUME1(K.SET);
          this.CONSUME(K.DATA);
          return this.SUBRULE1(this.newType);
        },
      },
      {
        ALT: () => {
          this.CONSUME2(K.SET);
          return this.OR2<ast.ColumnChange>([
            {
              ALT: () => {
                this.CONSUME1(K.DEFAULT);
                return { kind: 'setDefault', value: this.SUBRULE(this.expression, { ARGS: [LEVEL.additive] }) };
              },
            },
            {
              ALT: () => {
                this.CONSUME1(K.NOT);
                this.CONSUME1(K.NULL);
                return { kind: 'setNotNull' };
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.DROP);
          return this.OR3<ast.ColumnChange>([
            {
              ALT: () => {
                this.CONSUME2(K.DEFAULT);
                return { kind: 'dropDefault' };
              },
            },
            {
              ALT: () => {
                this.CONSUME2(K.NOT);
                this.CONSUME2(K.NULL);
                return { kind: 'dropNotNull' };
              },
            },
          ]);
        },
      },
      { ALT: () => this.SUBRULE2(this.newType) },
      {
        ALT: () => {
          this.CONSUME(K.RESTART);
          const next = this.OPTION2(() => {
            this.CONSUME(K.WITH);
            return this.SUBRULE(this.wholeNumber);
          });
          return { kind: 'restart', ...(next !== undefined && { next }) };
        },
      },
    ]);
    return { kind: 'alterColumn', column, change, span: this.spanFrom(start) };
  });

  protected readonly wholeNumber = this.RULE('wholeNumber', (): bigint => {
    const token = this.CONSUME(Integer);
    return this.ACTION(() => numberLiteral(token).value as bigint);
  });

  private readonly newType = this.RULE('newType', (): ast.ColumnChange => {
    let using: ast.Expression | undefined;
    this.CONSUME(K.TYPE);
    const type = this.SUBRULE(this.typeName);
    this.OPTION(() => {
      this.CONSUME(K.USING);
      using = this.SUBRULE(this.expression);
    });
    return this.ACTION(() => ({
      kind: 'setType',
      type: type.text,
      typeArguments: type.arguments,
      typeSpan: type.span,
      ...(using && { using }),
    }));
  });

  /** `CASCADE` and `RESTRICT` after DROP: read, and the same as nothing. */
  protected readonly cascade = this.RULE('cascade', (): void => {
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(K.CASCADE) }, { ALT: () => this.CONSUME(K.RESTRICT) }]);
    });
  });
}

const COLUMN_ACTIONS: ReadonlySet<unknown> = new Set([K.SET, K.DROP, K.TYPE, K.RESTART]);
