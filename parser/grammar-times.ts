// What SQL writes about dates and times: `DATE '2026-01-31'`, `INTERVAL '1' DAY`, `EXTRACT(year FROM x)`, `x AT TIME ZONE 'Europe/Stockholm'`.
// They are other forms of CAST and of calls, and are trees of those.

import type * as ast from './ast.ts';
import { CallGrammar } from './grammar-calls.ts';
import { Integer, K, NameWord, Parameter, ParenClose, ParenOpen, StringText } from './tokens.ts';
import { type Token, tokenSpan, unquote } from './tokenize.ts';

/** The types whose name before a text makes a value of it. */
const LITERAL_TYPES = new Set([
  'DATE',
  'TIME',
  'TIMETZ',
  'LOCALTIME',
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'DATETIME',
  'LOCALDATETIME',
  'INTERVAL',
  'DURATION',
]);
const UNITS = /^(?:YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)S?$/i;
const NUMBER = /^\s*[-+]?\d+(?:\.\d+)?\s*$/;

export abstract class TimeGrammar extends CallGrammar {
  /** The number of words of a type with a text behind it; 0 if there is none. */
  private literalWords(): number {
    const second = this.LA(2).tokenType;
    const isText = second === StringText;
    if (!isText && second !== Integer && second !== K.WITH && !this.wordAt(2, 'WITHOUT')) return 0;
    const word = this.LA(1).image.toUpperCase();
    if (!LITERAL_TYPES.has(word)) return 0;
    if (isText) return 1;
    if (second === Integer) return word === 'INTERVAL' && UNITS.test(this.LA(3).image) ? 1 : 0;
    const zoned = this.wordAt(3, 'TIME') && this.wordAt(4, 'ZONE') && this.LA(5).tokenType === StringText;
    return zoned && (word === 'TIME' || word === 'TIMESTAMP') ? 4 : 0;
  }

  protected typedLiteralAt(): boolean {
    return this.literalWords() > 0;
  }

  protected readonly typedLiteral = this.RULE('typedLiteral', (): ast.Cast => {
    const start = this.mark();
    const count = this.ACTION(() => this.literalWords()) ?? 1;
    const words = [this.CONSUME1(NameWord).image.toUpperCase()];
    this.OPTION1({
      GATE: () => count > 1,
      DEF: () => {
        const second = this.OR1([{ ALT: () => this.CONSUME(K.WITH) }, { ALT: () => this.CONSUME2(NameWord) }]);
        this.CONSUME3(NameWord);
        this.CONSUME4(NameWord);
        this.ACTION(() => words.push(second.image.toUpperCase(), 'TIME', 'ZONE'));
      },
    });
    const typeSpan = this.spanFrom(start);
    const token = this.OR2<Token>([{ ALT: () => this.CONSUME(StringText) }, { ALT: () => this.CONSUME(Integer) }]);
    const text = this.ACTION(() => (token.tokenType === StringText ? unquote(token.image) : token.image)) ?? '';
    let unit = '';
    this.OPTION2({
      GATE: () => words[0] === 'INTERVAL' && NUMBER.test(text) && UNITS.test(this.LA(1).image),
      DEF: () => {
        unit = ` ${this.CONSUME5(NameWord).image.toLowerCase()}`;
      },
    });
    return this.ACTION(() => {
      const operand: ast.Literal = { kind: 'literal', value: text + unit, span: tokenSpan(token) };
      return { kind: 'cast', operand, type: words.join(' '), typeSpan, span: this.spanFrom(start) };
    });
  });

  protected extractAt(): boolean {
    return this.LA(2).tokenType === ParenOpen && this.LA(4).tokenType === K.FROM && this.wordAt(1, 'EXTRACT');
  }

  protected readonly extract = this.RULE('extract', (): ast.FunctionCall => {
    const start = this.mark();
    const name = tokenSpan(this.CONSUME1(NameWord));
    this.CONSUME(ParenOpen);
    const part: ast.Literal = this.OR([
      {
        ALT: () => {
          const token = this.CONSUME2(NameWord);
          return { kind: 'literal', value: token.image.toLowerCase(), span: tokenSpan(token) };
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(StringText);
          return { kind: 'literal', value: unquote(token.image), span: tokenSpan(token) };
        },
      },
    ]);
    this.CONSUME(K.FROM);
    const value = this.SUBRULE(this.expression);
    this.CONSUME(ParenClose);
    return { kind: 'call', name: { text: 'date_part', span: name }, distinct: false, arguments: [part, value], span: this.spanFrom(start) };
  });

  /** COLLATE and a name, where the default of a column does not leave it to the column. */
  protected collateAt(): boolean {
    return this.at(1, K.COLLATE) && this.at(2, NameWord) && !this.collateEnds.has(this.LA(1).startOffset);
  }

  protected readonly collate = this.RULE('collate', (): ((value: ast.Expression, start: number) => ast.Expression) => {
    this.CONSUME(K.COLLATE);
    const collation = this.SUBRULE(this.name);
    return (operand, start) => ({ kind: 'collate', operand, collation, span: this.spanFrom(start) });
  });

  protected atTimeZoneAt(): boolean {
    return this.wordAt(2, 'TIME') && this.wordAt(3, 'ZONE') && this.wordAt(1, 'AT');
  }

  /** `AT TIME ZONE zone` behind a value: what makes the call of it. */
  protected readonly atTimeZone = this.RULE('atTimeZone', (): ((value: ast.Expression, start: number) => ast.Expression) => {
    const first = tokenSpan(this.CONSUME1(NameWord));
    this.CONSUME2(NameWord);
    this.CONSUME3(NameWord);
    const zone = this.OR<ast.Expression>([
      {
        ALT: () => {
          const token = this.CONSUME(StringText);
          return { kind: 'literal', value: unquote(token.image), span: tokenSpan(token) };
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(Parameter);
          return { kind: 'parameter', name: token.image.slice(1).replace(/^`|`$/g, ''), span: tokenSpan(token) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(ParenOpen);
          const inner = this.SUBRULE(this.expression);
          this.CONSUME(ParenClose);
          return inner;
        },
      },
      {
        ALT: () => {
          const name = this.SUBRULE(this.name);
          return { kind: 'identifier', name: name.text, span: name.span };
        },
      },
    ]);
    return (value, start) => ({
      kind: 'call',
      name: { text: 'timezone', span: first },
      distinct: false,
      arguments: [zone, value],
      span: this.spanFrom(start),
    });
  });
}
