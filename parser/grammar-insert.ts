// INSERT, UPSERT and REPLACE of rows and documents.

import type * as ast from './ast.ts';
import { WriteGrammar } from './grammar-writes.ts';
import { BraceOpen, Comma, K, Parameter, ParenClose, ParenOpen } from './tokens.ts';

export abstract class InsertGrammar extends WriteGrammar {
  protected readonly insert = this.RULE('insert', (): ast.Insert => {
    const start = this.mark();
    let columns: ast.Name[] | undefined;
    let alias: ast.Name | undefined;
    let upsert = false;
    let overriding = false;
    const or = this.OR<ast.ConflictResolution | undefined>([
      {
        ALT: () => {
          this.CONSUME(K.UPSERT);
          upsert = true;
          return undefined;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.REPLACE);
          return 'replace';
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.INSERT);
          return this.SUBRULE(this.orResolution);
        },
      },
    ]);
    this.CONSUME(K.INTO);
    const into = this.SUBRULE1(this.name);
    this.OPTION1(() => {
      this.CONSUME(K.AS);
      alias = this.SUBRULE2(this.name);
    });
    this.OPTION2({
      GATE: () => !this.parenthesisedQueryAt(1),
      DEF: () => {
        columns = this.SUBRULE(this.nameList);
      },
    });
    this.OPTION3(() => {
      this.CONSUME(K.OVERRIDING);
      this.CONSUME(K.SYSTEM);
      this.CONSUME(K.VALUE);
      overriding = true;
    });
    const source = this.SUBRULE(this.insertSource);
    const onConflict: ast.OnConflict[] = [];
    this.MANY({
      GATE: () => !upsert,
      DEF: () => {
        onConflict.push(this.SUBRULE(this.onConflict));
      },
    });
    const returning = this.SUBRULE(this.returning);
    return this.ACTION(() => ({
      kind: 'insert',
      ...(or && { or }),
      ...(upsert && { upsert: true as const }),
      into,
      ...(alias && { alias }),
      ...(columns && { columns }),
      ...(overriding && { overriding: true as const }),
      source,
      onConflict,
      ...(returning && { returning }),
      span: this.spanFrom(start),
    }));
  });

  private readonly insertSource = this.RULE('insertSource', (): ast.InsertSource => {
    return this.OR<ast.InsertSource>([
      {
        ALT: () => {
          this.CONSUME(K.DEFAULT);
          this.CONSUME1(K.VALUES);
          return { kind: 'defaultValues' };
        },
      },
      {
        ALT: () => {
          this.CONSUME2(K.VALUES);
          return { kind: 'values', rows: this.SUBRULE(this.assignedRows) };
        },
      },
      {
        GATE: () => this.at(1, BraceOpen) || this.at(1, Parameter),
        ALT: () => ({ kind: 'documents', documents: this.SUBRULE(this.documents) }),
      },
      { ALT: () => ({ kind: 'query', query: this.SUBRULE(this.query) }) },
    ]);
  });

  private readonly assignedRows = this.RULE('assignedRows', (): ast.Assigned[][] => {
    const rows: ast.Assigned[][] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        rows.push(this.SUBRULE(this.assignedRow));
      },
    });
    return rows;
  });

  // Documents are often pasted JSON, and there is no column they could name: "x" is a string in them.
  private readonly documents = this.RULE('documents', (): ast.Expression[] => {
    const documents: ast.Expression[] = [];
    this.form = 'pipeline';
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        documents.push(this.SUBRULE(this.expression));
      },
    });
    this.form = 'select';
    return documents;
  });

  private readonly onConflict = this.RULE('onConflict', (): ast.OnConflict => {
    const start = this.mark();
    let target: ast.OnConflict['target'];
    let update: ast.OnConflict['update'];
    this.CONSUME(K.ON);
    this.CONSUME(K.CONFLICT);
    this.OPTION1(() => {
      target = this.SUBRULE(this.conflictTarget);
    });
    this.CONSUME(K.DO);
    this.OR([
      { ALT: () => this.CONSUME(K.NOTHING) },
      {
        ALT: () => {
          this.CONSUME(K.UPDATE);
          const { set, unset } = this.SUBRULE(this.changes);
          const where = this.SUBRULE(this.where);
          update = { set, unset, ...(where && { where }) };
        },
      },
    ]);
    return { ...(target && { target }), ...(update && { update }), span: this.spanFrom(start) };
  });

  private readonly conflictTarget = this.RULE('conflictTarget', (): NonNullable<ast.OnConflict['target']> => {
    const start = this.mark();
    this.CONSUME(ParenOpen);
    const keys = this.SUBRULE(this.paths);
    this.CONSUME(ParenClose);
    const where = this.SUBRULE(this.where);
    return { keys, ...(where && { where }), span: this.spanFrom(start) };
  });
}
