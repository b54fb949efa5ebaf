// What stands between operators: literals, names, calls, brackets of every kind, and the postfixes `.a [0] [1..2] :Label`.

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { BaseGrammar, nameOf } from './grammar-base.ts';
import {
  ArrowBoth, ArrowLeft, ArrowNone, ArrowRight, Bar, Blob, BraceClose, BraceOpen, BracketClose, BracketOpen, Caret, Colon, Comma, Concat, Dot,
  DotDot, DoubleQuoted, EdgeLeft, EdgeRight, EndOfInput, Equal, Float, Greater, GreaterEqual, Integer, K, Less, LessEqual, Minus, NameWord, NotEqual,
  Parameter, ParenClose, ParenOpen, Percent, Plus, RegexMatch, Slash, Star, StringText,
} from './tokens.ts';
import { type Token, tokenSpan, unquote } from './tokenize.ts';

type Postfix = (value: ast.Expression, start: number) => ast.Expression;

export abstract class OperandGrammar extends BaseGrammar {
  protected readonly operand = this.RULE('operand', (): ast.Expression => {
    const start = this.mark();
    let value = this.OR<ast.Expression>([
      { ALT: () => stringLiteral(this.CONSUME(StringText)) },
      { ALT: () => { const token = this.CONSUME(Integer); return this.ACTION(() => numberLiteral(token)); } },
      { ALT: () => { const token = this.CONSUME(Float); return this.ACTION(() => numberLiteral(token)); } },
      { ALT: () => { const token = this.CONSUME(Blob); return this.ACTION(() => blobLiteral(token)); } },
      { ALT: () => parameter(this.CONSUME(Parameter)) },
      { ALT: () => { const token = this.CONSUME(K.NULL); return { kind: 'literal', value: null, span: tokenSpan(token) }; } },
      { ALT: () => { const token = this.CONSUME(K.TRUE); return { kind: 'literal', value: true, span: tokenSpan(token) }; } },
      { ALT: () => { const token = this.CONSUME(K.FALSE); return { kind: 'literal', value: false, span: tokenSpan(token) }; } },
      { ALT: () => { const token = this.CONSUME(K.MISSING); return { kind: 'literal', value: null, missing: true, span: tokenSpan(token) }; } },
      { ALT: () => this.SUBRULE(this.caseExpression) },
      { ALT: () => this.SUBRULE(this.bracketed) },
      { ALT: () => this.SUBRULE(this.objectLiteral) },
      { ALT: () => this.SUBRULE(this.parenthesised) },
      { ALT: () => this.quotedText(this.CONSUME(DoubleQuoted)) },
      { GATE: () => this.LA(2).tokenType === ParenOpen || this.LA(2).tokenType === BraceOpen || this.dottedCallAt(), ALT: () => this.SUBRULE(this.call) },
      { ALT: () => identifier(this.CONSUME(NameWord)) },
    ]);
    this.MANY({
      GATE: () => !(this.LA(1).tokenType === Dot && this.LA(2).tokenType === Star),
      DEF: () => {
        const postfix = this.SUBRULE(this.postfix);
        value = this.ACTION(() => postfix(value, start));
      },
    });
    return value;
  });

  /** "x": an identifier in SELECT form, a string in pipeline form. */
  private quotedText(token: Token): ast.Expression {
    return this.form === 'select' ? { kind: 'identifier', name: unquote(token.image), span: tokenSpan(token) } : stringLiteral(token);
  }

  private readonly postfix = this.RULE('postfix', (): Postfix => {
    return this.OR<Postfix>([
      {
        ALT: () => {
          this.CONSUME(Dot);
          const name = this.SUBRULE(this.anyName);
          return (value, start) => ({ kind: 'field', value, name, span: this.spanFrom(start) });
        },
      },
      { ALT: () => this.SUBRULE(this.indexOrSlice) },
      {
        ALT: () => {
          this.CONSUME(Colon);
          const labels = this.SUBRULE(this.labelExpression, { ARGS: [!this.barEnds] });
          return (operand, start) => ({ kind: 'labelTest', operand, labels, span: this.spanFrom(start) });
        },
      },
    ]);
  });

  private readonly indexOrSlice = this.RULE('indexOrSlice', (): Postfix => {
    let from: ast.Expression | undefined;
    let to: ast.Expression | undefined;
    let slice = false;
    this.CONSUME(BracketOpen);
    this.OPTION1({ GATE: () => this.LA(1).tokenType !== BracketClose, DEF: () => { from = this.SUBRULE1(this.expression); } });
    this.OPTION2(() => {
      this.CONSUME(DotDot);
      slice = true;
      this.OPTION3(() => { to = this.SUBRULE2(this.expression); });
    });
    this.ACTION(() => { if (!from && !slice) this.refuse('an index'); });
    this.CONSUME(BracketClose);
    return (value, start) => {
      const span = this.spanFrom(start);
      if (slice || !from) return { kind: 'slice', value, ...(from && { from }), ...(to && { to }), span };
      return { kind: 'index', value, index: from, span };
    };
  });

  // ------------------------------------------------------------------------------------------ parentheses

  private readonly parenthesised = this.RULE('parenthesised', (): ast.Expression => {
    const start = this.mark();
    return this.OR<ast.Expression>([
      {
        GATE: () => this.parenthesisedQueryAt(1),
        ALT: () => {
          this.CONSUME1(ParenOpen);
          const query = this.SUBRULE(this.query);
          this.CONSUME1(ParenClose);
          return { kind: 'subquery', query, mode: 'scalar', span: this.spanFrom(start) };
        },
      },
      {
        GATE: () => this.patternAt(1),
        ALT: () => {
          const chain = this.SUBRULE(this.patternChain);
          return this.ACTION(() => {
            const span = this.spanFrom(start);
            return { kind: 'patternTest', pattern: { selector: 'all', ...chain, span }, span };
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME2(ParenOpen);
          const barEnds = this.barEnds;
          this.barEnds = false;
          const value = this.SUBRULE(this.expression);
          this.barEnds = barEnds;
          this.CONSUME2(ParenClose);
          return value;
        },
      },
    ]);
  });

  /**
   * True if the parenthesis `ahead` places on opens a node pattern that an edge follows. `(a) - [x] - (b)` could also be
   * a difference of lists; the pattern wins.
   */
  protected patternAt(ahead: number): boolean {
    if (this.LA(ahead).tokenType !== ParenOpen) return false;
    let inside = ahead + 1;
    if (this.at(inside, NameWord)) inside++;
    const first = this.LA(inside).tokenType;
    if (first !== ParenClose && first !== Colon && first !== BraceOpen && first !== Parameter && first !== K.WHERE && first !== K.IS) return false;
    const after = this.closing(ahead) + 1;
    const edge = this.LA(after).tokenType;
    if (edge === ArrowRight || edge === ArrowLeft || edge === ArrowBoth || edge === ArrowNone || edge === EdgeLeft) return true;
    if (edge !== Minus || this.LA(after + 1).tokenType !== BracketOpen) return false;
    const end = this.closing(after + 1) + 1;
    const arrow = this.LA(end).tokenType;
    if (arrow === EdgeRight) return true;
    const next = this.LA(end + 1).tokenType;
    return arrow === Minus && (next === ParenOpen || next === BraceOpen);
  }

  // ------------------------------------------------------------------------------------------ lists, objects, CASE

  private readonly bracketed = this.RULE('bracketed', (): ast.Expression => {
    const start = this.mark();
    this.CONSUME(BracketOpen);
    const value = this.OR<ast.Expression>([
      { GATE: () => this.at(1, NameWord) && this.at(2, K.IN), ALT: () => this.SUBRULE(this.comprehension, { ARGS: [start] }) },
      {
        ALT: () => {
          const items: ast.Expression[] = [];
          const pattern = this.patternAt(1) ? this.LA(1) : undefined;
          this.MANY_SEP({ SEP: Comma, DEF: () => { items.push(this.SUBRULE(this.expression)); } });
          this.ACTION(() => { if (pattern && this.at(1, Bar)) this.notBuilt('A pattern comprehension', pattern, 'Use COLLECT { MATCH … RETURN … }.'); });
          return { kind: 'list', items, parenthesised: false, span: { start, end: start } };
        },
      },
    ]);
    this.CONSUME(BracketClose);
    return this.ACTION(() => ({ ...value, span: this.spanFrom(start) }));
  });

  private readonly comprehension = this.RULE('comprehension', (start = 0): ast.ListComprehension => {
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    const barEnds = this.barEnds;
    this.barEnds = true;
    const list = this.SUBRULE1(this.expression);
    let where: ast.Expression | undefined;
    let result: ast.Expression | undefined;
    this.OPTION1(() => { this.CONSUME(K.WHERE); where = this.SUBRULE2(this.expression); });
    this.barEnds = barEnds;
    this.OPTION2(() => { this.CONSUME(Bar); result = this.SUBRULE3(this.expression); });
    return { kind: 'comprehension', variable, list, ...(where && { where }), ...(result && { result }), span: this.spanFrom(start) };
  });

  readonly objectLiteral = this.RULE('objectLiteral', (): ast.ObjectLiteral => {
    const start = this.mark();
    const entries: { key: ast.Name; value: ast.Expression }[] = [];
    this.CONSUME(BraceOpen);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        const key = this.OR([
          { ALT: () => this.SUBRULE(this.anyName) },
          { ALT: () => { const token = this.CONSUME(StringText); return { text: unquote(token.image), span: tokenSpan(token) }; } },
        ]);
        this.CONSUME(Colon);
        entries.push({ key, value: this.SUBRULE(this.expression) });
      },
    });
    this.CONSUME(BraceClose);
    return { kind: 'object', entries, span: this.spanFrom(start) };
  });

  private readonly caseExpression = this.RULE('caseExpression', (): ast.Case => {
    const start = this.mark();
    let operand: ast.Expression | undefined;
    let otherwise: ast.Expression | undefined;
    const branches: { when: ast.Expression; then: ast.Expression }[] = [];
    this.CONSUME(K.CASE);
    this.OPTION1(() => { operand = this.SUBRULE1(this.expression); });
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.WHEN);
      const when = this.SUBRULE2(this.expression);
      this.CONSUME(K.THEN);
      branches.push({ when, then: this.SUBRULE3(this.expression) });
    });
    this.OPTION2(() => { this.CONSUME(K.ELSE); otherwise = this.SUBRULE4(this.expression); });
    this.CONSUME(K.END);
    return { kind: 'case', ...(operand && { operand }), branches, ...(otherwise && { otherwise }), span: this.spanFrom(start) };
  });

  // ------------------------------------------------------------------------------------------ calls

  private operatorOrCommaAt(ahead: number): boolean {
    const type = this.LA(ahead).tokenType;
    return type === Comma || type === Dot || type === BracketOpen || type === Colon || type === EndOfInput || BINARY.has(type);
  }

  private dottedCallAt(): boolean {
    let ahead = 2;
    while (this.LA(ahead).tokenType === Dot) ahead += 2;
    return ahead > 2 && this.LA(ahead).tokenType === ParenOpen;
  }

  private quantifierAt(): boolean {
    const type = this.LA(1).tokenType;
    return (type === K.ALL || type === K.ANY || type === K.NONE || type === K.SINGLE) && this.at(3, NameWord) && this.LA(4).tokenType === K.IN;
  }

  /** ALL as the opposite of DISTINCT, and not a name or the start of all(x IN …). */
  protected allModifierAt(): boolean {
    if (this.LA(1).tokenType !== K.ALL || this.quantifierAt()) return false;
    const next = this.LA(2).tokenType;
    return next === Plus || next === Minus || next === Star || (next !== ParenClose && next !== K.FROM && next !== K.AS && !this.operatorOrCommaAt(2));
  }

  private readonly call = this.RULE('call', (): ast.Expression => {
    return this.OR<ast.Expression>([
      { GATE: () => this.LA(2).tokenType === BraceOpen, ALT: () => this.SUBRULE(this.bracedQuery) },
      { GATE: () => this.at(1, K.EXISTS) && this.parenthesisedQueryAt(2), ALT: () => this.SUBRULE(this.existsQuery) },
      { GATE: () => this.quantifierAt(), ALT: () => this.SUBRULE(this.quantified) },
      { GATE: () => this.at(1, K.CAST), ALT: () => this.SUBRULE(this.cast) },
      { ALT: () => this.SUBRULE(this.functionCall) },
    ]);
  });

  private readonly bracedQuery = this.RULE('bracedQuery', (): ast.Expression => {
    const start = this.mark();
    const word = this.LA(1);
    this.OR([
      { ALT: () => this.CONSUME(K.EXISTS) },
      { ALT: () => this.CONSUME(K.COUNT) },
      { ALT: () => this.CONSUME(K.COLLECT) },
    ]);
    this.CONSUME(BraceOpen);
    const query = this.OR2([
      { GATE: () => !this.queryAt(1), ALT: () => this.SUBRULE(this.patternQuery) },
      { ALT: () => this.SUBRULE(this.query) },
    ]);
    this.CONSUME(BraceClose);
    const span = this.spanFrom(start);
    if (word.tokenType === K.EXISTS) return { kind: 'exists', query, braces: true, span };
    return { kind: 'subquery', query, mode: word.tokenType === K.COUNT ? 'count' : 'collect', span };
  });

  private readonly existsQuery = this.RULE('existsQuery', (): ast.Exists => {
    const start = this.mark();
    this.CONSUME(K.EXISTS);
    this.CONSUME(ParenOpen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(ParenClose);
    return { kind: 'exists', query, braces: false, span: this.spanFrom(start) };
  });

  private readonly quantified = this.RULE('quantified', (): ast.Quantified => {
    const start = this.mark();
    const quantifier = this.OR<ast.Quantified['quantifier']>([
      { ALT: () => { this.CONSUME(K.ALL); return 'all'; } },
      { ALT: () => { this.CONSUME(K.ANY); return 'any'; } },
      { ALT: () => { this.CONSUME(K.NONE); return 'none'; } },
      { ALT: () => { this.CONSUME(K.SINGLE); return 'single'; } },
    ]);
    this.CONSUME(ParenOpen);
    const variable = this.SUBRULE(this.name);
    this.CONSUME(K.IN);
    const list = this.SUBRULE1(this.expression);
    this.CONSUME(K.WHERE);
    const condition = this.SUBRULE2(this.expression);
    this.CONSUME(ParenClose);
    return { kind: 'quantified', quantifier, variable, list, condition, span: this.spanFrom(start) };
  });

  private readonly cast = this.RULE('cast', (): ast.Cast => {
    const start = this.mark();
    this.CONSUME(K.CAST);
    this.CONSUME(ParenOpen);
    const operand = this.SUBRULE(this.expression);
    this.CONSUME(K.AS);
    const type = this.SUBRULE(this.typeName);
    this.CONSUME(ParenClose);
    return this.ACTION(() => {
      const text = type.arguments.length > 0 ? `${type.text}(${type.arguments.join(', ')})` : type.text;
      return { kind: 'cast', operand, type: text, typeSpan: type.span, span: this.spanFrom(start) };
    });
  });

  /** `DOUBLE PRECISION`, `VARCHAR(30)`: the words in upper case with one space between. */
  protected readonly typeName = this.RULE('typeName', (): { text: string; arguments: number[]; span: ast.Name['span'] } => {
    const start = this.mark();
    const words: string[] = [];
    const numbers: number[] = [];
    this.AT_LEAST_ONE({
      GATE: () => !this.typeEndsAt() && !(words.length > 0 && this.newColumnAt(words)),
      DEF: () => { words.push(this.ACTION(() => this.LA(1).image.toUpperCase()) ?? ''); this.CONSUME(NameWord); },
    });
    this.OPTION(() => {
      this.CONSUME(ParenOpen);
      this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => { numbers.push(Number(this.CONSUME(Integer).image)); } });
      this.CONSUME(ParenClose);
    });
    return { text: words.join(' '), arguments: numbers, span: this.spanFrom(start) };
  });

  /** `a INTEGER b TEXT` lacks a comma: INTEGER is a whole type, so `b` is not part of it. */
  private newColumnAt(words: readonly string[]): boolean {
    return WHOLE_TYPES.has(words[0] ?? '') && !TYPE_SUFFIXES.has(this.LA(1).image.toUpperCase());
  }

  private readonly functionCall = this.RULE('functionCall', (): ast.Expression => {
    const start = this.mark();
    const name = this.SUBRULE(this.dottedName);
    let distinct = false;
    let star = false;
    const values: ast.Expression[] = [];
    this.CONSUME(ParenOpen);
    this.ACTION(() => { if (name.text.toUpperCase() === 'REDUCE' && this.at(2, Equal)) this.notBuilt('reduce()', this.LA(1)); });
    this.OR([
      { ALT: () => { this.CONSUME(Star); star = true; } },
      {
        ALT: () => {
          this.OPTION({
            GATE: () => this.at(1, K.DISTINCT) || this.allModifierAt(),
            DEF: () => { this.OR2([{ ALT: () => { this.CONSUME(K.DISTINCT); distinct = true; } }, { ALT: () => this.CONSUME(K.ALL) }]); },
          });
          this.MANY_SEP({ SEP: Comma, DEF: () => { values.push(this.SUBRULE(this.expression)); } });
        },
      },
    ]);
    this.CONSUME(ParenClose);
    const span = this.spanFrom(start);
    this.ACTION(() => this.afterCall());
    if (!star) return { kind: 'call', name, distinct, arguments: values, span };
    return this.ACTION(() => {
      if (name.text.toUpperCase() !== 'COUNT') throw new QueryError('syntax/unexpected', 'Only count(*) takes a star.', { span });
      return { kind: 'countStar', span };
    });
  });

  private afterCall(): void {
    if (this.at(1, K.OVER)) this.notBuilt('A window function', this.LA(1));
    if (this.LA(1).image.toUpperCase() === 'FILTER' && this.at(2, ParenOpen)) this.notBuilt('FILTER', this.LA(1), 'Use CASE inside the aggregate.');
  }

  /** `name` or `a.b.c`; the text has the dots. */
  protected readonly dottedName = this.RULE('dottedName', (): ast.Name => {
    const start = this.mark();
    let { text } = this.ACTION(() => nameOf(this.LA(1))) ?? { text: '' };
    this.CONSUME(NameWord);
    this.MANY(() => {
      this.CONSUME(Dot);
      const part = this.SUBRULE(this.anyName);
      text += `.${part.text}`;
    });
    return { text, span: this.spanFrom(start) };
  });
}

const WHOLE_TYPES = new Set(['INTEGER', 'INT', 'BIGINT', 'SMALLINT', 'TEXT', 'REAL', 'FLOAT', 'BOOLEAN', 'BLOB', 'NUMERIC', 'DATE', 'JSON', 'ANY']);
const TYPE_SUFFIXES = new Set(['SIGNED', 'UNSIGNED']);

const BINARY = new Set([
  Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, RegexMatch, Concat, Slash, Percent, Caret, K.AND, K.OR, K.XOR, K.IS, K.IN, K.BETWEEN, K.LIKE,
]);

function identifier(token: Token): ast.Identifier {
  return { kind: 'identifier', name: nameOf(token).text, span: tokenSpan(token) };
}

function stringLiteral(token: Token): ast.Literal {
  return { kind: 'literal', value: unquote(token.image), span: tokenSpan(token) };
}

function parameter(token: Token): ast.Parameter {
  const name = token.image.slice(1);
  return { kind: 'parameter', name: name.startsWith('`') ? name.slice(1, -1) : name, span: tokenSpan(token) };
}

// Up to 2^63, which is out of range unless a minus sign stands before it; grammar-expressions.ts checks that.
function numberLiteral(token: Token): ast.Literal {
  const span = tokenSpan(token);
  if (token.tokenType === Float) {
    const value = Number(token.image);
    if (!Number.isFinite(value)) throw new QueryError('syntax/number', 'This number is too large for a float.', { span });
    return { kind: 'literal', value, span };
  }
  const value = BigInt(token.image);
  if (value > 2n ** 63n) throw new QueryError('syntax/number', 'This integer does not fit into 64 bits.', { span, hint: 'Write it as a float: add .0' });
  return { kind: 'literal', value, span };
}

function blobLiteral(token: Token): ast.Literal {
  const digits = token.image.slice(2, -1);
  const span = tokenSpan(token);
  if (digits.length % 2 === 1) throw new QueryError('syntax/number', 'A blob has two hexadecimal digits for each byte.', { span });
  const value = Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
  return { kind: 'literal', value, span };
}
