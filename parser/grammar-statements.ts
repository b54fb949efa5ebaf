// Statements: the top of the grammar.

import type * as ast from './ast.ts';
import { builtDecisions } from './built-decisions.ts';
import type { TokenType } from './chevrotain.ts';
import { type DecisionTables, giveTables, tablesOf } from './decision-tables.ts';
import { RestoreGrammar } from './grammar-restore.ts';
import { FirstTokenLookahead } from './lookahead.ts';
import { Integer, BraceClose, BraceOpen, EndOfInput, K, NameWord, Semicolon, StringText } from './tokens.ts';
import { unquote } from './tokenize.ts';

/** What may follow CREATE behind `USE g`, clauses apart. */
const INDEX_WORDS: ReadonlySet<TokenType> = new Set([K.INDEX, K.UNIQUE, K.CONSTRAINT]);

/** The whole grammar: one parser, made once and used for every text. */
export class Grammar extends RestoreGrammar {
  private readonly lookahead: FirstTokenLookahead;

  /** `recorded`: chevrotain goes through the rules, and can tell of them afterwards. That takes longer than all else that a start does. */
  constructor(recorded = builtDecisions === undefined) {
    const lookahead = new FirstTokenLookahead();
    super(lookahead);
    this.lookahead = lookahead;
    if (recorded || !builtDecisions) this.performSelfAnalysis();
    else giveTables(this, builtDecisions);
  }

  /** What it decides by, if it is recorded. */
  tables(): DecisionTables {
    return tablesOf(this, this.lookahead);
  }

  readonly script = this.RULE('script', (): ast.Script => {
    const statements: ast.Statement[] = [];
    this.MANY1(() => this.CONSUME1(Semicolon));
    this.OPTION(() => {
      statements.push(this.SUBRULE1(this.statement));
      this.MANY2(() => {
        this.CONSUME2(Semicolon);
        this.OPTION2({
          GATE: () => !this.at(1, Semicolon) && !this.at(1, EndOfInput),
          DEF: () => {
            statements.push(this.SUBRULE2(this.statement));
          },
        });
      });
    });
    return { statements };
  });

  /** An expression alone, for tests. */
  readonly soleExpression = this.RULE('soleExpression', (): ast.Expression => this.SUBRULE(this.expression));

  private readonly statement = this.RULE('statement', (): ast.Statement => {
    this.form = 'select';
    this.barEnds = false;
    this.colonEnds = false;
    return this.OR<ast.Statement>([{ ALT: () => this.SUBRULE(this.explain) }, { ALT: () => this.SUBRULE(this.plainStatement) }]);
  });

  private readonly plainStatement = this.RULE('plainStatement', (): ast.Statement => {
    return this.OR<ast.Statement>([
      { GATE: () => !this.queryAt(1), ALT: () => this.SUBRULE(this.createStatement) },
      { ALT: () => this.SUBRULE(this.dropStatement) },
      { ALT: () => this.SUBRULE(this.reindexStatement) },
      { GATE: () => this.writeBehindWithAt(), ALT: () => this.SUBRULE(this.withWrite) },
      { ALT: () => this.SUBRULE(this.insert) },
      { ALT: () => this.SUBRULE(this.update) },
      { ALT: () => this.SUBRULE(this.deleteStatement) },
      { ALT: () => this.SUBRULE(this.restore) },
      { ALT: () => this.SUBRULE(this.transaction) },
      { ALT: () => this.SUBRULE(this.show) },
      { ALT: () => this.SUBRULE(this.sessionStatement) },
      { GATE: () => !this.queryAt(1), ALT: () => this.SUBRULE(this.focused) },
      { ALT: () => this.SUBRULE(this.describe) },
      { ALT: () => this.SUBRULE(this.kill) },
      { ALT: () => this.SUBRULE(this.compare) },
      { ALT: () => this.SUBRULE(this.advise) },
      { GATE: () => this.schemaChangeAt(), ALT: () => this.SUBRULE(this.alterCollection) },
      { GATE: () => this.alterUserAt(), ALT: () => this.SUBRULE(this.alterUser) },
      { ALT: () => this.SUBRULE(this.alter) },
      { ALT: () => this.SUBRULE(this.changeRole) },
      { ALT: () => this.SUBRULE(this.maintain) },
      { ALT: () => this.SUBRULE(this.truncate) },
      { ALT: () => this.SUBRULE(this.queryStatement) },
    ]);
  });

  /** `WITH t AS (…) INSERT …`; the tables are for all of the statement. */
  private readonly withWrite = this.RULE('withWrite', (): ast.Insert | ast.Update | ast.Delete => {
    const start = this.mark();
    const tables = this.SUBRULE(this.withTables);
    const write = this.OR<ast.Insert | ast.Update | ast.Delete>([
      { ALT: () => this.SUBRULE(this.insert) },
      { ALT: () => this.SUBRULE(this.update) },
      { ALT: () => this.SUBRULE(this.deleteStatement) },
    ]);
    return this.ACTION(() => ({ ...write, with: tables, span: this.spanFrom(start) }));
  });

  private readonly queryStatement = this.RULE('queryStatement', (): ast.QueryStatement => {
    const start = this.mark();
    const query = this.SUBRULE(this.query);
    return { kind: 'query', query, span: this.spanFrom(start) };
  });

  /** `USE g` in front of what is no query: the graph whose labels are shown or get an index. */
  private readonly focused = this.RULE('focused', (): ast.Statement => {
    const start = this.mark();
    const graph = this.SUBRULE(this.useGraph);
    const statement = this.OR<ast.Statement>([
      { GATE: () => INDEX_WORDS.has(this.LA(2).tokenType), ALT: () => this.SUBRULE(this.createStatement) },
      { ALT: () => this.SUBRULE(this.show) },
      { ALT: () => this.SUBRULE(this.describe) },
    ]);
    return this.ACTION(() => ({ graph, ...statement, span: this.spanFrom(start) }));
  });

  private readonly explain = this.RULE('explain', (): ast.Explain | ast.ExplainModels => {
    const start = this.mark();
    let analyze = false;
    this.CONSUME(K.EXPLAIN);
    return this.OR<ast.Explain | ast.ExplainModels>([
      {
        ALT: () => {
          this.CONSUME(K.MODELS);
          const query = this.SUBRULE(this.query);
          return { kind: 'explainModels', query, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.OPTION(() => {
            this.CONSUME(K.ANALYZE);
            analyze = true;
          });
          const statement = this.SUBRULE(this.plainStatement);
          return { kind: 'explain', analyze, statement, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  // ------------------------------------------------------------------------------------------ the rest

  private readonly transaction = this.RULE('transaction', (): ast.Statement => {
    const start = this.mark();
    return this.OR<ast.Statement>([
      { ALT: () => this.SUBRULE(this.begin, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.commit, { ARGS: [start] }) },
      { ALT: () => this.SUBRULE(this.rollback, { ARGS: [start] }) },
      {
        ALT: () => {
          this.CONSUME1(K.SAVEPOINT);
          return { kind: 'savepoint', name: this.SUBRULE1(this.name), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.RELEASE);
          this.OPTION({ GATE: () => this.at(2, NameWord), DEF: () => this.CONSUME2(K.SAVEPOINT) });
          return { kind: 'release', name: this.SUBRULE2(this.name), span: this.spanFrom(start) };
        },
      },
    ]);
  });

  /** SQLite's DEFERRED, IMMEDIATE and EXCLUSIVE say when the lock is taken; here that is always at once. */
  private readonly begin = this.RULE('begin', (start = 0): ast.Begin => {
    let readOnly = false;
    this.OR1([{ ALT: () => this.CONSUME(K.BEGIN) }, { ALT: () => this.CONSUME(K.START) }]);
    this.OPTION1(() => {
      this.OR2([
        { ALT: () => this.CONSUME(K.DEFERRED) },
        { ALT: () => this.CONSUME(K.IMMEDIATE) },
        { ALT: () => this.CONSUME(K.EXCLUSIVE) },
      ]);
    });
    this.SUBRULE(this.transactionWord);
    this.OPTION2(() => {
      this.CONSUME(K.READ);
      this.OR3([
        {
          ALT: () => {
            this.CONSUME(K.ONLY);
            readOnly = true;
          },
        },
        { ALT: () => this.CONSUME(K.WRITE) },
      ]);
    });
    return { kind: 'begin', readOnly, span: this.spanFrom(start) };
  });

  private readonly commit = this.RULE('commit', (start = 0): ast.Commit => {
    this.OR([{ ALT: () => this.CONSUME(K.COMMIT) }, { ALT: () => this.CONSUME(K.END) }]);
    this.SUBRULE(this.transactionWord);
    return { kind: 'commit', span: this.spanFrom(start) };
  });

  private readonly rollback = this.RULE('rollback', (start = 0): ast.Rollback | ast.Savepoint => {
    let name: ast.Name | undefined;
    this.CONSUME(K.ROLLBACK);
    this.SUBRULE(this.transactionWord);
    this.OPTION1(() => {
      this.CONSUME(K.TO);
      this.OPTION2({ GATE: () => this.at(2, NameWord), DEF: () => this.CONSUME(K.SAVEPOINT) });
      name = this.SUBRULE(this.name);
    });
    const span = this.spanFrom(start);
    return name ? { kind: 'rollbackTo', name, span } : { kind: 'rollback', span };
  });

  private readonly transactionWord = this.RULE('transactionWord', (): void => {
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(K.TRANSACTION) }, { ALT: () => this.CONSUME(K.WORK) }]);
    });
  });

  private readonly shown = this.choices<ast.Show['what']>([
    [K.TABLES, 'tables'],
    [K.VIEWS, 'views'],
    [K.COLUMNS, 'columns'],
    [K.COLLECTIONS, 'collections'],
    [K.PATHS, 'paths'],
    [K.DEFINITIONS, 'definitions'],
    [K.INDEXES, 'indexes'],
    [K.GRAPHS, 'graphs'],
    [K.LABELS, 'labels'],
    [K.EDGE, 'edgeTypes'],
    [K.PROPERTIES, 'properties'],
    [K.FUNCTIONS, 'functions'],
    [K.PROCEDURES, 'procedures'],
    [K.QUESTIONS, 'questions'],
    [K.STATEMENTS, 'statements'],
    [K.RUNNING, 'running'],
    [K.SESSIONS, 'sessions'],
    [K.SETTINGS, 'settings'],
    [K.LIMITS, 'limits'],
    [K.USERS, 'users'],
    [K.TOKENS, 'tokens'],
  ]);

  private readonly show = this.RULE('show', (): ast.Show => {
    const start = this.mark();
    this.CONSUME(K.SHOW);
    const what = this.OR(this.shown);
    this.OPTION({ GATE: () => what === 'edgeTypes', DEF: () => this.CONSUME(K.TYPES) });
    return { kind: 'show', what, span: this.spanFrom(start) };
  });

  private readonly describe = this.RULE('describe', (): ast.Describe => {
    const start = this.mark();
    this.CONSUME(K.DESCRIBE);
    const target = this.SUBRULE(this.indexTarget);
    return { kind: 'describe', target, span: this.spanFrom(start) };
  });

  private readonly kill = this.RULE('kill', (): ast.Kill => {
    const start = this.mark();
    this.CONSUME(K.KILL);
    const session = this.OPTION(() => this.CONSUME(K.SESSION)) !== undefined;
    const id = this.CONSUME(Integer).image;
    const what = session ? 'session' : 'statement';
    return { kind: 'kill', what, id: this.ACTION(() => BigInt(id.replaceAll('_', ''))), span: this.spanFrom(start) };
  });

  private readonly advise = this.RULE('advise', (): ast.Advise => {
    const start = this.mark();
    this.CONSUME(K.ADVISE);
    return { kind: 'advise', span: this.spanFrom(start) };
  });

  private readonly compare = this.RULE('compare', (): ast.Statement => {
    const start = this.mark();
    this.CONSUME(K.COMPARE);
    return this.OR<ast.Statement>([
      {
        ALT: () => {
          const { image } = this.CONSUME(StringText);
          return { kind: 'compareQuestion', question: unquote(image), span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const forms: ast.ComparedForm[] = [];
          this.CONSUME(BraceOpen);
          this.AT_LEAST_ONE(() => {
            forms.push(this.SUBRULE(this.comparedForm));
            this.MANY(() => this.CONSUME(Semicolon));
          });
          this.CONSUME(BraceClose);
          return { kind: 'compareQueries', forms, span: this.spanFrom(start) };
        },
      },
    ]);
  });

  private readonly models = this.choices<ast.Model>([
    [K.RELATIONAL, 'relational'],
    [K.DOCUMENT, 'document'],
    [K.GRAPH, 'graph'],
  ]);

  private readonly comparedForm = this.RULE('comparedForm', (): ast.ComparedForm => {
    const start = this.mark();
    const model = this.OR(this.models);
    const statements = [this.SUBRULE1(this.plainStatement)];
    let check: ast.Query | undefined;
    this.MANY({
      GATE: () => this.at(1, Semicolon) && !this.formEndsAt(2) && !this.at(2, K.CHECK),
      DEF: () => {
        this.CONSUME1(Semicolon);
        this.form = 'select';
        statements.push(this.SUBRULE2(this.plainStatement));
      },
    });
    this.OPTION({
      GATE: () => this.at(2, K.CHECK),
      DEF: () => {
        this.CONSUME2(Semicolon);
        this.CONSUME(K.CHECK);
        this.form = 'select';
        check = this.SUBRULE(this.query);
      },
    });
    return { model, statements, ...(check && { check }), span: this.spanFrom(start) };
  });

  /** The next form of COMPARE, its end, or nothing between two semicolons. */
  private formEndsAt(ahead: number): boolean {
    const ends = [Semicolon, BraceClose, EndOfInput, K.RELATIONAL, K.DOCUMENT, K.GRAPH];
    return ends.some((token) => this.at(ahead, token));
  }
}
