// Objects written out, map projections `n {.a, .*, b: 1}`, and CASE.

import type * as ast from './ast.ts';
import { ListGrammar } from './grammar-lists.ts';
import { identifier } from './literals.ts';
import { BraceClose, BraceOpen, Colon, Comma, Dot, K, NameWord, Star, StringText } from './tokens.ts';
import { tokenSpan, unquote } from './tokenize.ts';

export abstract class ObjectGrammar extends ListGrammar {
  /** A name and a brace; `count {.a}` and `count {}` too, but not `COUNT { (a)-->() }`. */
  protected mapProjectionAt(): boolean {
    if (this.LA(2).tokenType !== BraceOpen) return false;
    const word = this.LA(1).tokenType;
    if (word !== K.EXISTS && word !== K.COUNT && word !== K.COLLECT) return true;
    return this.LA(3).tokenType === Dot || this.LA(3).tokenType === BraceClose;
  }

  /** `n {.name, .*, age: 3, other}` */
  protected readonly mapProjection = this.RULE('mapProjection', (): ast.MapProjection => {
    const start = this.mark();
    const value = identifier(this.CONSUME(NameWord));
    const items: ast.MapProjectionItem[] = [];
    this.CONSUME(BraceOpen);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.mapProjectionItem));
      },
    });
    this.CONSUME(BraceClose);
    return { kind: 'mapProjection', value, items, span: this.spanFrom(start) };
  });

  private readonly mapProjectionItem = this.RULE('mapProjectionItem', (): ast.MapProjectionItem => {
    const start = this.mark();
    return this.OR<ast.MapProjectionItem>([
      {
        GATE: () => this.at(2, Star),
        ALT: () => {
          this.CONSUME1(Dot);
          this.CONSUME(Star);
          return { kind: 'all', span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME2(Dot);
          return { kind: 'field', name: this.SUBRULE1(this.anyName) };
        },
      },
      {
        GATE: () => this.at(2, Colon),
        ALT: () => {
          const key = this.SUBRULE2(this.anyName);
          this.CONSUME(Colon);
          return { kind: 'entry', key, value: this.SUBRULE(this.expression) };
        },
      },
      { ALT: () => ({ kind: 'variable', name: this.SUBRULE(this.name) }) },
    ]);
  });

  readonly objectLiteral = this.RULE('objectLiteral', (): ast.ObjectLiteral => {
    const start = this.mark();
    const entries: { key: ast.Name; value: ast.Expression }[] = [];
    const { colonEnds } = this;
    this.colonEnds = false;
    this.CONSUME(BraceOpen);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        const key = this.OR([
          { ALT: () => this.SUBRULE(this.anyName) },
          {
            ALT: () => {
              const token = this.CONSUME(StringText);
              return { text: unquote(token.image), span: tokenSpan(token) };
            },
          },
        ]);
        this.CONSUME(Colon);
        entries.push({ key, value: this.SUBRULE(this.expression) });
      },
    });
    this.CONSUME(BraceClose);
    this.colonEnds = colonEnds;
    return { kind: 'object', entries, span: this.spanFrom(start) };
  });

  protected readonly caseExpression = this.RULE('caseExpression', (): ast.Case => {
    const start = this.mark();
    let operand: ast.Expression | undefined;
    let otherwise: ast.Expression | undefined;
    const branches: { when: ast.Expression; then: ast.Expression }[] = [];
    this.CONSUME(K.CASE);
    this.OPTION1(() => {
      operand = this.SUBRULE1(this.expression);
    });
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.WHEN);
      const when = this.SUBRULE2(this.expression);
      this.CONSUME(K.THEN);
      branches.push({ when, then: this.SUBRULE3(this.expression) });
    });
    this.OPTION2(() => {
      this.CONSUME(K.ELSE);
      otherwise = this.SUBRULE4(this.expression);
    });
    this.CONSUME(K.END);
    return { kind: 'case', ...(operand && { operand }), branches, ...(otherwise && { otherwise }), span: this.spanFrom(start) };
  });
}
