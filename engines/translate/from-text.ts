// Writes FROM: the items of a group, each joined on what ties it to those before it, and the groups together.

import type * as Ast from '../../parser/ast.ts';
import { parse } from '../../parser/parse.ts';
import { type Group, hasQuery, optionalGroups, required, withQueries } from './groups.ts';
import { andText, Untranslatable } from './syntax.ts';
import { selectText, type Tail } from './tail.ts';

/** The items of one group. */
export class FromText {
  private text = '';
  private items = 0;
  /** What is said behind it: in WHERE, or in ON where it may be absent. */
  readonly where: (Ast.Expression | string)[] = [];

  get empty(): boolean {
    return this.items === 0;
  }

  /** Without conditions, or as the first, behind a comma. */
  add(item: string, on: readonly (Ast.Expression | string)[]): void {
    if (this.items++ === 0) {
      this.text = item;
      this.where.push(...on);
    } else this.text += on.length === 0 ? `, ${item}` : ` JOIN ${item} ON ${andText(on)}`;
  }

  /** An array of an item, which stands behind a comma whatever holds of it. */
  addArray(item: string, on: readonly string[] = []): void {
    this.add(item, []);
    this.where.push(...on);
  }

  /** What stands behind it, changed. */
  resolve(written: (e: Ast.Expression) => Ast.Expression): void {
    this.where.forEach((c, i) => {
      if (typeof c !== 'string') this.where[i] = written(c);
    });
  }

  toString(): string {
    return this.text;
  }

  /** ` LEFT JOIN …` */
  leftJoin(): string {
    const on = this.where.length > 0 ? andText(this.where) : 'TRUE';
    return ` LEFT JOIN ${this.items > 1 ? `(${this.text})` : this.text} ON ${on}`;
  }

  /** `EXISTS (SELECT 1 FROM …)`, `(SELECT count(*) FROM …)`, `(SELECT values FROM …)` */
  asked({ kind }: Group, tail: Tail | undefined): Ast.Expression {
    if (tail) return parseExpression(`(${selectText(tail, this.text, this.where)})`);
    const body = `FROM ${this.text}${this.where.length > 0 ? ` WHERE ${andText(this.where)}` : ''}`;
    return parseExpression(kind === 'exists' ? `EXISTS (SELECT 1 ${body})` : `(SELECT count(*) ${body})`);
  }
}

/**
 * A SELECT over groups. `itemsOf` writes the items of one, and takes those of its open conditions that it has put into ON; what is left
 * stands behind them.
 */
export function writeGroups(tail: Tail, groups: readonly Group[], itemsOf: (group: number, open: Ast.Expression[]) => FromText): string {
  const inside = new Map<number, Ast.Expression>();
  const written = <T>(tree: T): T => withQueries(tree, asked);
  const partOf = (number: number): FromText => {
    const open = [...(groups[number] as Group).conditions];
    const part = itemsOf(number, open);
    part.where.push(...open);
    return part;
  };
  const asked = (number: number): Ast.Expression => {
    const known = inside.get(number);
    if (known) return known;
    const part = partOf(number);
    part.resolve(written);
    const group = groups[number] as Group;
    const expression = part.asked(group, group.tail && written(group.tail));
    inside.set(number, expression);
    return expression;
  };
  const parts = [required, ...optionalGroups(groups)].map(partOf);
  for (const part of parts) part.resolve(written);
  if (hasQuery(tail.groupBy)) throw new Untranslatable('it groups by a query inside');
  const [main, ...optional] = parts as [FromText, ...FromText[]];
  return selectText(written(tail), `${main}${optional.map((p) => p.leftJoin()).join('')}`, main.where);
}

/** Takes out of a list what fits. */
export function takeOut<T>(list: T[], fits: (item: T) => boolean): T[] {
  const taken = list.filter(fits);
  for (const item of taken) list.splice(list.indexOf(item), 1);
  return taken;
}

/** An expression of our own making as a tree. */
export function parseExpression(text: string): Ast.Expression {
  const [statement] = parse(`SELECT ${text} AS x`).statements;
  const query = statement?.kind === 'query' && statement.query.kind === 'select' ? statement.query : undefined;
  const item = query?.items[0];
  if (item?.kind !== 'expression') throw new Error(`${text} is no expression`);
  return item.value;
}
