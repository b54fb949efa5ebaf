// INSERT, UPDATE and DELETE of rows and documents.

import type * as ast from './ast.ts';
import { DefinitionGrammar } from './grammar-definitions.ts';
import { BraceOpen, Comma, Equal, K, Parameter } from './tokens.ts';

export abstract class WriteGrammar extends DefinitionGrammar {
  protected readonly insert = this.RULE('insert', (): ast.Insert => {
    const start = this.mark();
    let columns: ast.Name[] | undefined;
    this.CONSUME(K.INSERT);
    this.CONSUME(K.INTO);
    const into = this.SUBRULE(this.name);
    this.OPTION1({
      GATE: () => !this.parenthesisedQueryAt(1),
      DEF: () => {
        columns = this.SUBRULE(this.nameList);
      },
    });
    const source = this.SUBRULE(this.insertSource);
    const returning = this.SUBRULE(this.returning);
    return this.ACTION(() => ({
      kind: 'insert',
      into,
      ...(columns && { columns }),
      source,
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
          return { kind: 'values', rows: this.SUBRULE(this.valueRows) };
        },
      },
      {
        GATE: () => this.at(1, BraceOpen) || this.at(1, Parameter),
        ALT: () => ({ kind: 'documents', documents: this.SUBRULE(this.documents) }),
      },
      { ALT: () => ({ kind: 'query', query: this.SUBRULE(this.query) }) },
    ]);
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

  private readonly returning = this.RULE('returning', (): ast.SelectItem[] | undefined => {
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

  protected readonly update = this.RULE('update', (): ast.Update => {
    const start = this.mark();
    let set: ast.Update['set'][number][] = [];
    let unset: ast.Path[] = [];
    let where: ast.Expression | undefined;
    this.CONSUME(K.UPDATE);
    const target = this.SUBRULE(this.name);
    const alias = this.SUBRULE(this.optionalAlias);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.SET);
          set = this.SUBRULE(this.assignments);
          this.OPTION1(() => {
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
    this.OPTION3(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    const returning = this.SUBRULE(this.returning);
    return this.ACTION(() => ({
      kind: 'update',
      target,
      ...(alias && { alias }),
      set,
      unset,
      ...(where && { where }),
      ...(returning && { returning }),
      span: this.spanFrom(start),
    }));
  });

  private readonly assignments = this.RULE('assignments', (): ast.Update['set'][number][] => {
    const set: ast.Update['set'][number][] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const path = this.SUBRULE(this.path);
        this.CONSUME(Equal);
        set.push({ path, value: this.SUBRULE(this.expression) });
      },
    });
    return set;
  });

  private readonly paths = this.RULE('paths', (): ast.Path[] => {
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
    let where: ast.Expression | undefined;
    this.CONSUME(K.DELETE);
    this.CONSUME(K.FROM);
    const from = this.SUBRULE(this.name);
    const alias = this.SUBRULE(this.optionalAlias);
    this.OPTION(() => {
      this.CONSUME(K.WHERE);
      where = this.SUBRULE(this.expression);
    });
    const returning = this.SUBRULE(this.returning);
    return this.ACTION(() => ({
      kind: 'delete',
      from,
      ...(alias && { alias }),
      ...(where && { where }),
      ...(returning && { returning }),
      span: this.spanFrom(start),
    }));
  });
}
