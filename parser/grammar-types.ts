// Names of types, and CAST.
//
//   DOUBLE PRECISION     VARCHAR(30)     CAST(x AS TIMESTAMP WITH TIME ZONE)     TRY_CAST(x AS INTEGER)

import type * as ast from './ast.ts';
import type { TokenType } from './chevrotain.ts';
import { WindowGrammar } from './grammar-windows.ts';
import { Comma, Integer, K, NameWord, ParenClose, ParenOpen } from './tokens.ts';

export abstract class TypeGrammar extends WindowGrammar {
  protected readonly cast = this.RULE('cast', (): ast.Cast => {
    const start = this.mark();
    const orNull = this.ACTION(() => this.LA(1).tokenType !== K.CAST);
    this.OR([{ ALT: () => this.CONSUME(K.CAST) }, { ALT: () => this.CONSUME(NameWord) }]);
    this.CONSUME(ParenOpen);
    const operand = this.SUBRULE(this.expression);
    this.CONSUME(K.AS);
    const type = this.SUBRULE(this.typeName);
    this.CONSUME(ParenClose);
    return this.ACTION(() => {
      return {
        kind: 'cast',
        operand,
        type: printedType(type),
        ...(orNull && { orNull: true as const }),
        typeSpan: type.span,
        span: this.spanFrom(start),
      };
    });
  });

  protected castAt(): boolean {
    return this.at(1, K.CAST) || (this.at(2, ParenOpen) && this.LA(1).image.toUpperCase() === 'TRY_CAST');
  }

  /** `DOUBLE PRECISION`, `VARCHAR(30)`: the words in upper case with one space between. */
  protected readonly typeName = this.RULE('typeName', (): TypeName => {
    const start = this.mark();
    const words: string[] = [];
    this.AT_LEAST_ONE({
      GATE: () => !this.typeEndsAt() && !(words.length > 0 && this.newColumnAt(words)),
      DEF: () => {
        words.push(this.ACTION(() => this.LA(1).image.toUpperCase()) ?? '');
        this.CONSUME1(NameWord);
      },
    });
    this.OPTION1({
      GATE: () => this.wordAt(2, 'TIME') && this.wordAt(3, 'ZONE'),
      DEF: () => {
        this.CONSUME(K.WITH);
        this.CONSUME2(NameWord);
        this.CONSUME3(NameWord);
        words.push('WITH', 'TIME', 'ZONE');
      },
    });
    const numbers = this.SUBRULE(this.typeArguments);
    return { text: words.join(' '), arguments: numbers, span: this.spanFrom(start) };
  });

  /** `(10, 2)`, or nothing. */
  private readonly typeArguments = this.RULE('typeArguments', (): number[] => {
    const numbers: number[] = [];
    this.OPTION(() => {
      this.CONSUME(ParenOpen);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          numbers.push(Number(this.CONSUME(Integer).image));
        },
      });
      this.CONSUME(ParenClose);
    });
    return numbers;
  });

  /** A type after `::`, where the next word mostly is not part of it. */
  protected readonly shortTypeName = this.RULE('shortTypeName', (): TypeName => {
    const start = this.mark();
    const words = [this.ACTION(() => this.LA(1).image.toUpperCase()) ?? ''];
    this.CONSUME1(NameWord);
    this.MANY({
      GATE: () => this.typeGoesOn(words),
      DEF: () => {
        words.push(this.ACTION(() => this.LA(1).image.toUpperCase()) ?? '');
        this.OR([{ ALT: () => this.CONSUME(K.WITH) }, { ALT: () => this.CONSUME2(NameWord) }]);
      },
    });
    const numbers = this.SUBRULE(this.typeArguments);
    return { text: words.join(' '), arguments: numbers, span: this.spanFrom(start) };
  });

  private typeGoesOn(words: readonly string[]): boolean {
    const word = (ahead: number): string => this.LA(ahead).image.toUpperCase();
    const last = words.at(-1) ?? '';
    if (last === 'WITH' || last === 'WITHOUT') return word(1) === 'TIME';
    if (last === 'TIME' && words.length > 2) return word(1) === 'ZONE';
    if (last === 'DOUBLE') return word(1) === 'PRECISION';
    if (last === 'CHARACTER') return word(1) === 'VARYING';
    return (last === 'TIMESTAMP' || last === 'TIME') && /^WITH(OUT)?$/.test(word(1)) && word(2) === 'TIME' && word(3) === 'ZONE';
  }

  /** `a INTEGER b TEXT` lacks a comma: INTEGER is a whole type, so `b` is not part of it. */
  private newColumnAt(words: readonly string[]): boolean {
    return WHOLE_TYPES.has(words[0] ?? '') && !TYPE_SUFFIXES.has(this.LA(1).image.toUpperCase());
  }

  /** True where a column's type cannot go on. */
  protected typeEndsAt(): boolean {
    return TYPE_ENDS.has(this.LA(1).tokenType);
  }
}

interface TypeName {
  readonly text: string;
  readonly arguments: number[];
  readonly span: ast.Name['span'];
}

/** `VARCHAR(30)` */
export function printedType(type: TypeName): string {
  return type.arguments.length > 0 ? `${type.text}(${type.arguments.join(', ')})` : type.text;
}

const WHOLE_TYPES = new Set([
  'INTEGER',
  'INT',
  'BIGINT',
  'SMALLINT',
  'TEXT',
  'REAL',
  'FLOAT',
  'BOOLEAN',
  'BLOB',
  'BOOL',
  'BYTEA',
  'DATETIME',
  'DECIMAL',
  'INT4',
  'INT8',
  'JSONB',
  'NUMERIC',
  'UUID',
  'VARCHAR',
  'DATE',
  'JSON',
  'ANY',
]);
const TYPE_SUFFIXES = new Set(['SIGNED', 'UNSIGNED']);

const TYPE_ENDS: ReadonlySet<TokenType> = new Set([
  K.PRIMARY,
  K.UNIQUE,
  K.CHECK,
  K.REFERENCES,
  K.DEFAULT,
  K.CONSTRAINT,
  K.COLLATE,
  K.GENERATED,
  K.AS,
  K.AUTOINCREMENT,
  K.USING,
]);
