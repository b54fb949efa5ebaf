// CREATE TABLE: columns, types and constraints.

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { QueryGrammar } from './grammar-queries.ts';
import { LEVEL } from './precedence.ts';
import { Comma, EndOfInput, K, NameWord, ParenClose, ParenOpen, Semicolon } from './tokens.ts';

type References = {
  table: ast.Name;
  columns: ast.Name[];
  deferred?: true;
  onDelete?: ast.ReferentialAction;
  onUpdate?: ast.ReferentialAction;
};

export abstract class TableGrammar extends QueryGrammar {
  protected readonly ifNotExists = this.RULE('ifNotExists', (): boolean => {
    let found = false;
    this.OPTION({
      GATE: () => this.at(2, K.NOT),
      DEF: () => {
        this.CONSUME(K.IF);
        this.CONSUME(K.NOT);
        this.CONSUME(K.EXISTS);
        found = true;
      },
    });
    return found;
  });

  protected readonly createTable = this.RULE('createTable', (start = 0): ast.CreateTable => {
    this.CONSUME(K.TABLE);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    const body = this.OR<Pick<ast.CreateTable, 'columns' | 'constraints' | 'query'>>([
      {
        ALT: () => {
          this.CONSUME(K.AS);
          return { columns: [], constraints: [], query: this.SUBRULE(this.query) };
        },
      },
      { ALT: () => this.SUBRULE(this.tableBody) },
    ]);
    return this.ACTION(() => ({ kind: 'createTable', name, ifNotExists, ...body, span: this.spanFrom(start) }));
  });

  private readonly tableBody = this.RULE('tableBody', (): Pick<ast.CreateTable, 'columns' | 'constraints'> => {
    const columns: ast.ColumnDefinition[] = [];
    const constraints: ast.TableConstraint[] = [];
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        this.OR([
          {
            GATE: () => this.tableConstraintAt(),
            ALT: () => {
              constraints.push(this.SUBRULE(this.tableConstraint));
            },
          },
          {
            ALT: () => {
              columns.push(this.SUBRULE(this.columnDefinition));
            },
          },
        ]);
      },
    });
    this.CONSUME(ParenClose);
    this.SUBRULE(this.tableOptions);
    return { columns, constraints };
  });

  /** Every table is STRICT, and every table has a rowid: both words are read and make no difference. */
  private readonly tableOptions = this.RULE('tableOptions', (): void => {
    this.OPTION(() => {
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          this.OR([
            { ALT: () => this.CONSUME(K.STRICT) },
            {
              ALT: () => {
                this.CONSUME(K.WITHOUT);
                this.CONSUME(K.ROWID);
              },
            },
          ]);
        },
      });
    });
  });

  protected tableConstraintAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type === K.CONSTRAINT) return this.at(2, NameWord);
    if (type === K.PRIMARY || type === K.FOREIGN) return this.at(2, K.KEY);
    return (type === K.UNIQUE || type === K.CHECK) && this.at(2, ParenOpen);
  }

  protected readonly columnDefinition = this.RULE('columnDefinition', (): ast.ColumnDefinition => {
    const start = this.mark();
    const name = this.SUBRULE(this.name);
    let type = NO_TYPE;
    const constraints: ast.ColumnConstraint[] = [];
    this.OPTION({
      GATE: () => !this.typeEndsAt(),
      DEF: () => {
        type = this.SUBRULE(this.typeName);
      },
    });
    this.MANY(() => {
      const constraint = this.SUBRULE(this.columnConstraint);
      if (constraint) constraints.push(constraint);
    });
    return this.ACTION(() => {
      const typeSpan = type === NO_TYPE ? { start: name.span.end, end: name.span.end } : type.span;
      return { name, type: type.text, typeArguments: type.arguments, typeSpan, constraints, span: this.spanFrom(start) };
    });
  });

  private readonly columnConstraint = this.RULE('columnConstraint', (): ast.ColumnConstraint | undefined => {
    const start = this.mark();
    let name: ast.Name | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.CONSTRAINT);
      name = this.SUBRULE(this.name);
    });
    return this.OR<ast.ColumnConstraint | undefined>([
      {
        ALT: () => {
          this.CONSUME(K.NOT);
          this.CONSUME1(K.NULL);
          return { kind: 'notNull', span: this.spanFrom(start) };
        },
      },
      // A column may be null unless it says otherwise.
      {
        ALT: () => {
          this.CONSUME2(K.NULL);
          return undefined;
        },
      },
      {
        ALT: () => {
          let autoincrement = false;
          this.CONSUME(K.PRIMARY);
          this.CONSUME(K.KEY);
          this.OPTION2(() => this.CONSUME(K.ASC));
          this.OPTION3(() => {
            this.CONSUME(K.AUTOINCREMENT);
            autoincrement = true;
          });
          const span = this.spanFrom(start);
          return this.ACTION(() => (autoincrement ? { kind: 'primaryKey', autoincrement: true, span } : { kind: 'primaryKey', span }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.UNIQUE);
          return { kind: 'unique', span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.DEFAULT);
          const value = this.SUBRULE(this.defaultValue);
          return { kind: 'default', value, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.CHECK);
          const condition = this.SUBRULE(this.condition);
          return { kind: 'check', ...(name && { name }), condition, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const references = this.SUBRULE(this.references);
          return this.ACTION(() => ({ kind: 'references', ...references, span: this.spanFrom(start) }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.COLLATE);
          const collation = this.SUBRULE(this.name);
          return { kind: 'collate', collation, span: this.spanFrom(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.generated) },
    ]);
  });

  /** A COLLATE behind it is the column's; one inside brackets or CASE is the expression's. */
  private readonly defaultValue = this.RULE('defaultValue', (): ast.Expression => {
    this.ACTION(() => (this.collateEnds = this.collatesOutside()));
    return this.SUBRULE(this.expression, { ARGS: [LEVEL.additive] });
  });

  protected collatesOutside(): Set<number> {
    const starts = new Set<number>();
    let cases = 0;
    for (let at = 1; !DEFAULT_ENDS.has(this.LA(at).tokenType); at = this.pastPart(at)) {
      if (this.at(at, K.CASE)) cases++;
      else if (this.at(at, K.END)) cases--;
      else if (this.at(at, K.COLLATE) && cases === 0) starts.add(this.LA(at).startOffset);
    }
    return starts;
  }

  /** `GENERATED ALWAYS AS (a + b) STORED`, `AS (a + b)`, `GENERATED BY DEFAULT AS IDENTITY` */
  private readonly generated = this.RULE('generated', (): ast.ColumnConstraint => {
    const start = this.mark();
    let always = true;
    this.OPTION1(() => {
      this.CONSUME(K.GENERATED);
      this.OR1([
        { ALT: () => this.CONSUME(K.ALWAYS) },
        {
          ALT: () => {
            this.CONSUME(K.BY);
            this.CONSUME(K.DEFAULT);
            always = false;
          },
        },
      ]);
    });
    this.CONSUME(K.AS);
    return this.OR2<ast.ColumnConstraint>([
      {
        ALT: () => {
          this.CONSUME(K.IDENTITY);
          return { kind: 'identity', always, span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => always,
        ALT: () => {
          let stored = false;
          const value = this.SUBRULE(this.condition);
          this.OPTION2(() => {
            this.OR3([
              { ALT: () => this.CONSUME(K.VIRTUAL) },
              {
                ALT: () => {
                  this.CONSUME(K.STORED);
                  stored = true;
                },
              },
            ]);
          });
          return { kind: 'generated', value, stored, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  private readonly condition = this.RULE('condition', (): ast.Expression => {
    this.CONSUME(ParenOpen);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(ParenClose);
    return condition;
  });

  private readonly references = this.RULE('references', (): References => {
    this.CONSUME(K.REFERENCES);
    const table = this.SUBRULE(this.name);
    let columns: ast.Name[] = [];
    let onDelete: ast.ReferentialAction | undefined;
    let onUpdate: ast.ReferentialAction | undefined;
    this.OPTION(() => {
      columns = this.SUBRULE(this.nameList);
    });
    this.MANY(() => {
      this.CONSUME(K.ON);
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.DELETE);
            onDelete = this.SUBRULE1(this.referentialAction);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.UPDATE);
            onUpdate = this.SUBRULE2(this.referentialAction);
          },
        },
      ]);
    });
    const deferred = this.SUBRULE(this.deferrable);
    return { table, columns, ...(onDelete && { onDelete }), ...(onUpdate && { onUpdate }), ...(deferred && { deferred: true as const }) };
  });

  /** `[NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]`: true if it is looked at only at COMMIT. */
  private readonly deferrable = this.RULE('deferrable', (): boolean => {
    let deferred = false;
    this.OPTION1({
      GATE: () => this.at(1, K.DEFERRABLE) || this.at(2, K.DEFERRABLE),
      DEF: () => {
        this.OPTION2(() => this.CONSUME(K.NOT));
        this.CONSUME(K.DEFERRABLE);
        this.OPTION3(() => {
          this.CONSUME(K.INITIALLY);
          this.OR([
            {
              ALT: () => {
                this.CONSUME(K.DEFERRED);
                deferred = true;
              },
            },
            { ALT: () => this.CONSUME(K.IMMEDIATE) },
          ]);
        });
      },
    });
    return deferred;
  });

  private readonly referentialAction = this.RULE('referentialAction', (): ast.ReferentialAction => {
    return this.OR<ast.ReferentialAction>([
      {
        ALT: () => {
          this.CONSUME(K.CASCADE);
          return 'cascade';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.RESTRICT);
          return 'restrict';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.NO);
          this.CONSUME(K.ACTION);
          return 'noAction';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.SET);
          return this.OR2<ast.ReferentialAction>([
            {
              ALT: () => {
                this.CONSUME(K.NULL);
                return 'setNull';
              },
            },
            {
              ALT: () => {
                this.CONSUME(K.DEFAULT);
                return 'setDefault';
              },
            },
          ]);
        },
      },
    ]);
  });

  protected readonly tableConstraint = this.RULE('tableConstraint', (): ast.TableConstraint => {
    const start = this.mark();
    let given: ast.Name | undefined;
    this.OPTION(() => {
      this.CONSUME(K.CONSTRAINT);
      given = this.SUBRULE1(this.name);
    });
    const name = given && { name: given };
    return this.OR<ast.TableConstraint>([
      {
        ALT: () => {
          this.CONSUME(K.PRIMARY);
          this.CONSUME1(K.KEY);
          return { kind: 'primaryKey', ...name, columns: this.SUBRULE1(this.nameList), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.UNIQUE);
          return { kind: 'unique', ...name, columns: this.SUBRULE2(this.nameList), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.CHECK);
          return { kind: 'check', ...name, condition: this.SUBRULE(this.condition), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.FOREIGN);
          this.CONSUME2(K.KEY);
          const columns = this.SUBRULE3(this.nameList);
          const target = this.SUBRULE(this.references);
          return this.ACTION(() => {
            const { columns: references, ...rest } = target;
            return { kind: 'foreignKey', ...name, columns, references, ...rest, span: this.spanFrom(start) };
          });
        },
      },
    ]);
  });
}

const NO_TYPE = { text: '', arguments: [] as number[], span: { start: 0, end: 0 } };

const DEFAULT_ENDS: ReadonlySet<TokenType> = new Set([Comma, ParenClose, Semicolon, EndOfInput]);
