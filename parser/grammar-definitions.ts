// CREATE and DROP of tables, collections and indexes.

import type * as ast from './ast.ts';
import { QueryGrammar } from './grammar-queries.ts';
import { LEVEL } from './precedence.ts';
import { BracketClose, BracketOpen, Colon, Comma, Dot, K, NameWord, ParenClose, ParenOpen, Star } from './tokens.ts';

type References = { table: ast.Name; columns: ast.Name[]; onDelete?: ast.ReferentialAction; onUpdate?: ast.ReferentialAction };

export abstract class DefinitionGrammar extends QueryGrammar {
  protected readonly createStatement = this.RULE('createStatement', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.CREATE);
    return this.OR<ast.Statement>([
      { ALT: () => this.SUBRULE(this.createTable, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createCollection, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createIndex, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.missingDefinition) },
    ]);
  });

  private readonly missingDefinition = this.RULE('missingDefinition', (): ast.Statement => {
    const token = this.LA(1);
    this.OR([
      { ALT: () => this.CONSUME(K.VIEW) },
      { ALT: () => this.CONSUME(K.TRIGGER) },
      { ALT: () => this.CONSUME(K.TEMP) },
      { ALT: () => this.CONSUME(K.TEMPORARY) },
      { ALT: () => this.CONSUME(K.CONSTRAINT) },
    ]);
    this.notBuilt(`CREATE ${token.image.toUpperCase()}`, token);
    return NO_STATEMENT;
  });

  private readonly ifNotExists = this.RULE('ifNotExists', (): boolean => {
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

  private readonly createTable = this.RULE('createTable', (start = 0): ast.CreateTable => {
    const columns: ast.ColumnDefinition[] = [];
    const constraints: ast.TableConstraint[] = [];
    this.CONSUME(K.TABLE);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    this.ACTION(() => {
      if (this.at(1, K.AS)) this.notBuilt('CREATE TABLE … AS', this.LA(1), 'Create the table, then INSERT INTO … SELECT.');
    });
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
    this.ACTION(() => {
      const option = this.LA(1).image.toUpperCase();
      if (option === 'WITHOUT' || option === 'STRICT') this.notBuilt(`The table option ${option}`, this.LA(1));
    });
    return { kind: 'createTable', name, ifNotExists, columns, constraints, span: this.spanFrom(start) };
  });

  private tableConstraintAt(): boolean {
    const type = this.LA(1).tokenType;
    if (type === K.CONSTRAINT) return this.at(2, NameWord);
    if (type === K.PRIMARY || type === K.FOREIGN) return this.at(2, K.KEY);
    return (type === K.UNIQUE || type === K.CHECK) && this.at(2, ParenOpen);
  }

  private readonly columnDefinition = this.RULE('columnDefinition', (): ast.ColumnDefinition => {
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
          this.CONSUME(K.PRIMARY);
          this.CONSUME(K.KEY);
          return { kind: 'primaryKey', span: this.spanFrom(start) };
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
          const value = this.SUBRULE1(this.expression, { ARGS: [LEVEL.additive] });
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
      { ALT: () => this.SUBRULE(this.missingConstraint) },
    ]);
  });

  private readonly missingConstraint = this.RULE('missingConstraint', (): undefined => {
    const token = this.LA(1);
    this.OR([
      { ALT: () => this.CONSUME(K.AUTOINCREMENT) },
      { ALT: () => this.CONSUME(K.COLLATE) },
      { ALT: () => this.CONSUME(K.GENERATED) },
    ]);
    this.notBuilt(
      token.image.toUpperCase(),
      token,
      token.tokenType === K.AUTOINCREMENT ? 'INTEGER PRIMARY KEY numbers its rows already.' : undefined,
    );
    return undefined;
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
    return { table, columns, ...(onDelete && { onDelete }), ...(onUpdate && { onUpdate }) };
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

  private readonly tableConstraint = this.RULE('tableConstraint', (): ast.TableConstraint => {
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

  private readonly createCollection = this.RULE('createCollection', (start = 0): ast.CreateCollection => {
    this.CONSUME(K.COLLECTION);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    return { kind: 'createCollection', name, ifNotExists, span: this.spanFrom(start) };
  });

  // ------------------------------------------------------------------------------------------ indexes

  private readonly createIndex = this.RULE('createIndex', (start = 0): ast.CreateIndex => {
    let unique = false;
    let name: ast.Name | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.UNIQUE);
      unique = true;
    });
    this.CONSUME(K.INDEX);
    const before = this.SUBRULE1(this.ifNotExists);
    this.OPTION2({
      GATE: () => !(this.at(1, K.FOR) && this.at(2, ParenOpen)),
      DEF: () => {
        name = this.SUBRULE(this.name);
      },
    });
    const after = this.SUBRULE2(this.ifNotExists);
    const { target, keys } = this.OR([{ ALT: () => this.SUBRULE(this.indexOn) }, { ALT: () => this.SUBRULE(this.indexFor) }]);
    return { kind: 'createIndex', ...(name && { name }), ifNotExists: before || after, unique, target, keys, span: this.spanFrom(start) };
  });

  private readonly indexOn = this.RULE('indexOn', (): Pick<ast.CreateIndex, 'target' | 'keys'> => {
    this.CONSUME(K.ON);
    const target = this.SUBRULE(this.indexTarget);
    const keys = this.SUBRULE(this.indexKeys);
    return { target, keys };
  });

  /** `FOR (n:Person) ON (n.name)`: the variable falls away. */
  private readonly indexFor = this.RULE('indexFor', (): Pick<ast.CreateIndex, 'target' | 'keys'> => {
    this.CONSUME(K.FOR);
    this.CONSUME(ParenOpen);
    const variable = this.SUBRULE(this.name);
    this.CONSUME(Colon);
    const label = this.SUBRULE(this.anyName);
    this.CONSUME(ParenClose);
    this.CONSUME(K.ON);
    const keys = this.SUBRULE(this.indexKeys);
    return this.ACTION(() => ({ target: { kind: 'label', label }, keys: keys.map((key) => this.withoutVariable(key, variable)) }));
  });

  private withoutVariable(key: ast.IndexKey, variable: ast.Name): ast.IndexKey {
    const { root, steps, span } = key.path;
    const [first, ...rest] = steps;
    if (root.text !== variable.text || first?.kind !== 'field') return this.refuseAt(`${variable.text}.property`, root.text, span);
    return { ...key, path: { root: first.name, steps: rest, span: { start: first.name.span.start, end: span.end } } };
  }

  protected readonly indexTarget = this.RULE('indexTarget', (): ast.IndexTarget => {
    return this.OR<ast.IndexTarget>([
      {
        ALT: () => {
          this.CONSUME(Colon);
          return { kind: 'label', label: this.SUBRULE(this.anyName) };
        },
      },
      { ALT: () => ({ kind: 'named', name: this.SUBRULE(this.name) }) },
    ]);
  });

  private readonly indexKeys = this.RULE('indexKeys', (): ast.IndexKey[] => {
    const keys: ast.IndexKey[] = [];
    this.CONSUME(ParenOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        this.ACTION(() => this.refuseElements());
        const path = this.SUBRULE(this.path);
        keys.push({ path, descending: this.SUBRULE(this.direction) });
      },
    });
    this.CONSUME(ParenClose);
    return keys;
  });

  /** `tags[*]` and `tags[]`, as other databases write an index over the elements of an array. */
  private refuseElements(): void {
    for (let i = 1; this.at(i, NameWord) || this.at(i, Dot) || this.at(i, BracketOpen); i++) {
      if (!this.at(i, BracketOpen) || (!this.at(i + 1, Star) && !this.at(i + 1, BracketClose))) continue;
      this.notBuilt(
        'An index over all elements of an array',
        this.LA(i + 1),
        'Index one place, as in tags[0], or keep the elements as rows or nodes.',
      );
    }
  }

  private readonly dropped = this.choices<'dropTable' | 'dropCollection' | 'dropIndex'>([
    [K.TABLE, 'dropTable'],
    [K.COLLECTION, 'dropCollection'],
    [K.INDEX, 'dropIndex'],
  ]);

  protected readonly dropStatement = this.RULE('dropStatement', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.DROP);
    this.ACTION(() => {
      const what = this.LA(1);
      if (what.tokenType === K.VIEW || what.tokenType === K.TRIGGER || what.tokenType === K.CONSTRAINT)
        this.notBuilt(`DROP ${what.image.toUpperCase()}`, what);
    });
    const kind = this.OR(this.dropped);
    let ifExists = false;
    this.OPTION({
      GATE: () => this.at(2, K.EXISTS),
      DEF: () => {
        this.CONSUME(K.IF);
        this.CONSUME(K.EXISTS);
        ifExists = true;
      },
    });
    const name = this.SUBRULE(this.name);
    return { kind, name, ifExists, span: this.spanFrom(start) };
  });
}

const NO_TYPE = { text: '', arguments: [] as number[], span: { start: 0, end: 0 } };
const NO_STATEMENT: ast.Commit = { kind: 'commit', span: { start: 0, end: 0 } };
