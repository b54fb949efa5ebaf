// CREATE and DROP of collections, views and indexes; those of tables begin here too (grammar-tables.ts).

import type * as ast from './ast.ts';
import { UserGrammar } from './grammar-users.ts';
import type { TokenType } from './chevrotain.ts';
import { BracketOpen, Colon, Comma, Dot, EndOfInput, K, NameWord, ParenClose, ParenOpen, Semicolon } from './tokens.ts';

export abstract class DefinitionGrammar extends UserGrammar {
  protected readonly createStatement = this.RULE('createStatement', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.CREATE);
    return this.OR<ast.Statement>([
      { ALT: () => this.SUBRULE(this.createTable, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createCollection, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createIndex, { ARGS: [start] }) },
      { GATE: () => this.viewAt(), ALT: () => this.SUBRULE(this.createView, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createConstraint, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createGraph, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createUser, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.createToken, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.missingDefinition) },
    ]);
  });

  /** `VIEW`, `TEMP VIEW`, `OR REPLACE …` */
  private viewAt(): boolean {
    return this.at(1, K.VIEW) || this.at(2, K.VIEW) || this.at(1, K.OR);
  }

  private readonly createView = this.RULE('createView', (start = 0): ast.CreateView => {
    let orReplace = false;
    let temporary = false;
    let columns: ast.Name[] | undefined;
    this.OPTION1(() => {
      this.CONSUME(K.OR);
      this.CONSUME(K.REPLACE);
      orReplace = true;
    });
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.CONSUME(K.TEMP) }, { ALT: () => this.CONSUME(K.TEMPORARY) }]);
      temporary = true;
    });
    this.CONSUME(K.VIEW);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    this.OPTION3(() => {
      columns = this.SUBRULE(this.nameList);
    });
    this.CONSUME(K.AS);
    const query = this.SUBRULE(this.query);
    const span = this.spanFrom(start);
    return { kind: 'createView', name, orReplace, temporary, ifNotExists, ...(columns && { columns }), query, span };
  });

  /** GQL's ANY says that the graph has no type, as here none has. */
  private readonly createGraph = this.RULE('createGraph', (start = 0): ast.CreateGraph => {
    this.CONSUME(K.GRAPH);
    const before = this.SUBRULE1(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    const after = this.SUBRULE2(this.ifNotExists);
    this.OPTION(() => this.CONSUME(K.ANY));
    return { kind: 'createGraph', name, ifNotExists: before || after, span: this.spanFrom(start) };
  });

  private readonly missingDefinition = this.RULE('missingDefinition', (): ast.Statement => {
    const token = this.LA(1);
    this.OR([{ ALT: () => this.CONSUME(K.TRIGGER) }, { ALT: () => this.CONSUME(K.TEMP) }, { ALT: () => this.CONSUME(K.TEMPORARY) }]);
    this.notBuilt(`CREATE ${token.image.toUpperCase()}`, token);
    return NO_STATEMENT;
  });

  private readonly createCollection = this.RULE('createCollection', (start = 0): ast.CreateCollection => {
    this.CONSUME(K.COLLECTION);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    let schema: ast.ObjectLiteral | undefined;
    this.OPTION(() => {
      this.CONSUME(K.VALIDATE);
      this.CONSUME(K.WITH);
      schema = this.SUBRULE(this.schema);
    });
    return { kind: 'createCollection', name, ifNotExists, ...(schema && { schema }), span: this.spanFrom(start) };
  });

  /** A schema is pasted JSON: "x" is a text in it. */
  private readonly schema = this.RULE('schema', (): ast.ObjectLiteral => {
    this.form = 'pipeline';
    const schema = this.SUBRULE(this.objectLiteral);
    this.form = 'select';
    return schema;
  });

  /** ALTER COLLECTION name, then SET or DROP. */
  protected schemaChangeAt(): boolean {
    return this.at(1, K.ALTER) && this.at(2, K.COLLECTION) && (this.at(4, K.SET) || this.at(4, K.DROP));
  }

  protected readonly alterCollection = this.RULE('alterCollection', (): ast.AlterCollection => {
    const start = this.mark();
    let schema: ast.ObjectLiteral | undefined;
    let notValidated = false;
    this.CONSUME(K.ALTER);
    this.CONSUME(K.COLLECTION);
    const name = this.SUBRULE(this.name);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.DROP);
          this.CONSUME1(K.SCHEMA);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.SET);
          this.CONSUME2(K.SCHEMA);
          schema = this.SUBRULE(this.schema);
          this.OPTION(() => {
            this.CONSUME(K.NOT);
            this.CONSUME(K.VALIDATED);
            notValidated = true;
          });
        },
      },
    ]);
    return { kind: 'alterCollection', name, ...(schema && { schema }), notValidated, span: this.spanFrom(start) };
  });

  // ------------------------------------------------------------------------------------------ indexes

  private readonly createIndex = this.RULE('createIndex', (start = 0): ast.CreateIndex => {
    let unique = false;
    let name: ast.Name | undefined;
    let where: ast.Expression | undefined;
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
    const on = this.OR<Pick<ast.CreateIndex, 'target' | 'keys' | 'graph'>>([
      { ALT: () => this.SUBRULE(this.indexOn) },
      { ALT: () => this.SUBRULE(this.indexFor) },
    ]);
    this.OPTION3(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    return {
      kind: 'createIndex',
      ...(name && { name }),
      ifNotExists: before || after,
      unique,
      ...on,
      ...(where && { where }),
      span: this.spanFrom(start),
    };
  });

  /** `ON orders (customer)`, `ON :Person (name)`, `ON GRAPH social :Person (name)` */
  private readonly indexOn = this.RULE('indexOn', (): Pick<ast.CreateIndex, 'target' | 'keys' | 'graph'> => {
    let graph: ast.Name | undefined;
    this.CONSUME(K.ON);
    this.OPTION({
      GATE: () => this.at(2, NameWord) && this.at(3, Colon),
      DEF: () => {
        this.CONSUME(K.GRAPH);
        graph = this.SUBRULE(this.name);
      },
    });
    const target = this.SUBRULE(this.indexTarget);
    const keys = this.SUBRULE(this.indexKeys);
    return { target, keys, ...(graph && { graph }) };
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

  /** `CREATE CONSTRAINT [name] FOR (n:Person) REQUIRE n.id IS UNIQUE`: a unique index. Older: `ON (n:Person) ASSERT …`. */
  private readonly createConstraint = this.RULE('createConstraint', (start = 0): ast.CreateIndex => {
    let name: ast.Name | undefined;
    this.CONSUME(K.CONSTRAINT);
    this.OPTION({
      GATE: () => !((this.at(1, K.FOR) || this.at(1, K.ON)) && this.at(2, ParenOpen)) && !(this.at(1, K.IF) && this.at(2, K.NOT)),
      DEF: () => {
        name = this.SUBRULE1(this.name);
      },
    });
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    this.OR1([{ ALT: () => this.CONSUME(K.FOR) }, { ALT: () => this.CONSUME(K.ON) }]);
    this.CONSUME(ParenOpen);
    this.ACTION(() => {
      if (this.at(1, ParenClose)) this.notBuilt('A constraint on edges', this.LA(1), 'Constraints stand on the nodes of a label.');
    });
    const variable = this.SUBRULE2(this.name);
    this.CONSUME(Colon);
    const label = this.SUBRULE(this.anyName);
    this.CONSUME(ParenClose);
    this.OR2([{ ALT: () => this.CONSUME(K.REQUIRE) }, { ALT: () => this.CONSUME(K.ASSERT) }]);
    const keys = this.OR3<ast.IndexKey[]>([
      {
        GATE: () => this.afterBracket(1).tokenType === K.IS,
        ALT: () => this.SUBRULE(this.indexKeys),
      },
      { ALT: () => [{ path: this.SUBRULE(this.path), descending: false }] },
    ]);
    this.CONSUME(K.IS);
    this.ACTION(() => {
      const [first, next] = [this.LA(1), this.LA(2)];
      const other = first.tokenType === K.NOT || first.tokenType === Colon || next.tokenType === K.KEY;
      if (other)
        this.notBuilt(`REQUIRE … IS ${first.image.toUpperCase()} ${next.image.toUpperCase()}`, first, 'REQUIRE … IS UNIQUE is there.');
    });
    this.OPTION2(() => this.CONSUME(K.NODE));
    this.CONSUME(K.UNIQUE);
    const span = this.spanFrom(start);
    return this.ACTION(() => {
      const target = { kind: 'label' as const, label };
      const paths = keys.map((key) => this.withoutVariable(key, variable));
      return { kind: 'createIndex', ...(name && { name }), ifNotExists, unique: true, target, keys: paths, span };
    });
  });

  private withoutVariable(key: ast.IndexKey, variable: ast.Name): ast.IndexKey {
    if ('expression' in key) return this.refuseAt(`${variable.text}.property`, 'an expression', key.expression.span);
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
        keys.push(this.SUBRULE(this.indexKey));
      },
    });
    this.CONSUME(ParenClose);
    return keys;
  });

  private readonly indexKey = this.RULE('indexKey', (): ast.IndexKey => {
    let collation: ast.Name | undefined;
    const key = this.OR<{ path: ast.Path } | { expression: ast.Expression }>([
      { GATE: () => this.arrayKeyAt(), ALT: () => ({ path: this.SUBRULE(this.arrayKey) }) },
      { GATE: () => this.expressionKeyAt(), ALT: () => ({ expression: this.SUBRULE(this.keyExpression) }) },
      { ALT: () => ({ path: this.SUBRULE(this.path) }) },
    ]);
    this.OPTION(() => {
      this.CONSUME(K.COLLATE);
      collation = this.SUBRULE(this.name);
    });
    const descending = this.SUBRULE(this.direction);
    return this.ACTION(() => ({ ...key, ...(collation && { collation }), descending }));
  });

  /** A COLLATE at its end is the key's. */
  private readonly keyExpression = this.RULE('keyExpression', (): ast.Expression => {
    this.ACTION(() => (this.collateEnds = this.collatesOutside()));
    return this.SUBRULE(this.expression);
  });

  /** Something else than a path up to the end of the key: an operator, a call, brackets. */
  private expressionKeyAt(): boolean {
    for (let at = 1; !KEY_ENDS.has(this.LA(at).tokenType); at = this.pastPart(at)) {
      const type = this.LA(at).tokenType;
      if (at > 1 ? type !== Dot && type !== BracketOpen : !this.at(at, NameWord)) return true;
    }
    return false;
  }

  private arrayKeyAt(): boolean {
    const at = this.at(1, K.DISTINCT) || this.at(1, K.ALL) ? 2 : 1;
    return this.at(at, K.ARRAY) && this.forAt(at + 1);
  }

  /** `DISTINCT ARRAY i.sku FOR i IN items END`, as N1QL writes the key `items[*].sku`. */
  private readonly arrayKey = this.RULE('arrayKey', (): ast.Path => {
    const start = this.mark();
    this.OPTION1(() => {
      this.OR([{ ALT: () => this.CONSUME(K.DISTINCT) }, { ALT: () => this.CONSUME(K.ALL) }]);
    });
    this.CONSUME(K.ARRAY);
    const value = this.SUBRULE1(this.path);
    this.CONSUME(K.FOR);
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    const list = this.SUBRULE2(this.path);
    this.OPTION2(() => this.CONSUME(K.END));
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      if (value.root.text !== variable.text) return this.refuseAt(`a path that begins with ${variable.text}`, value.root.text, value.span);
      return { root: list.root, steps: [...list.steps, { kind: 'each', span: list.span }, ...value.steps], span };
    });
  });

  /** `REINDEX`, `REINDEX name` */
  protected readonly reindexStatement = this.RULE('reindexStatement', (): ast.Reindex => {
    const start = this.mark();
    let name: ast.Name | undefined;
    this.CONSUME(K.REINDEX);
    this.OPTION(() => {
      name = this.SUBRULE(this.name);
    });
    return { kind: 'reindex', ...(name && { name }), span: this.spanFrom(start) };
  });

  private readonly dropped = this.choices<
    'dropTable' | 'dropCollection' | 'dropView' | 'dropIndex' | 'dropGraph' | 'dropUser' | 'dropToken'
  >([
    [K.GRAPH, 'dropGraph'],
    [K.TABLE, 'dropTable'],
    [K.COLLECTION, 'dropCollection'],
    [K.VIEW, 'dropView'],
    [K.INDEX, 'dropIndex'],
    // A constraint of a label is a unique index.
    [K.CONSTRAINT, 'dropIndex'],
    [K.USER, 'dropUser'],
    [K.TOKEN, 'dropToken'],
  ]);

  protected readonly dropStatement = this.RULE('dropStatement', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.DROP);
    this.ACTION(() => {
      const what = this.LA(1);
      if (what.tokenType === K.TRIGGER) this.notBuilt(`DROP ${what.image.toUpperCase()}`, what);
    });
    const kind = this.OR(this.dropped);
    const before = this.SUBRULE1(this.ifExists);
    const name = this.SUBRULE3(this.name);
    const also: ast.Name[] = [];
    this.MANY(() => {
      this.CONSUME(Comma);
      also.push(this.SUBRULE4(this.name));
    });
    const after = this.SUBRULE2(this.ifExists);
    this.SUBRULE(this.cascade);
    return { kind, name, ...(also.length > 0 && { also }), ifExists: before || after, span: this.spanFrom(start) };
  });

  private readonly maintenances = this.choices<ast.Maintain['kind']>([
    [K.ANALYZE, 'analyze'],
    [K.VACUUM, 'vacuum'],
  ]);

  protected readonly maintain = this.RULE('maintain', (): ast.Maintain => {
    const start = this.mark();
    let name: ast.Name | undefined;
    const kind = this.OR(this.maintenances);
    this.OPTION({
      GATE: () => kind !== 'vacuum',
      DEF: () => {
        name = this.SUBRULE(this.name);
      },
    });
    return { kind, ...(name && { name }), span: this.spanFrom(start) };
  });

  /** TRUNCATE is DELETE of all. */
  protected readonly truncate = this.RULE('truncate', (): ast.Delete => {
    const start = this.mark();
    this.CONSUME(K.TRUNCATE);
    this.OPTION({ GATE: () => this.at(2, NameWord), DEF: () => this.CONSUME(K.TABLE) });
    const from = this.SUBRULE(this.name);
    return { kind: 'delete', from, orderBy: [], span: this.spanFrom(start) };
  });
}

const KEY_ENDS: ReadonlySet<TokenType> = new Set([
  Comma,
  ParenClose,
  Semicolon,
  EndOfInput,
  K.ASC,
  K.DESC,
  K.ASCENDING,
  K.DESCENDING,
  K.COLLATE,
]);

const NO_STATEMENT: ast.Commit = { kind: 'commit', span: { start: 0, end: 0 } };
