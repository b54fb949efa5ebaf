// Binds map projections: an object made from what a node, an edge, an object, a document or a table row holds.
//
//   p {.name, .*, age: 3, other}   →   merge(merge({name: p.name}, properties(p)), {age: 3, other: other})

import type * as Ast from '../../parser/ast.ts';
import { bindExpression } from './bind-expression.ts';
import type { Expr, ObjectExpr } from './expression.ts';
import type { BindContext, Builder } from './scope.ts';

/** Null if what it is taken from is null; a field that is absent is null. Of keys written twice the later one wins. */
export function bindMapProjection(context: BindContext, builder: Builder, e: Ast.MapProjection): Expr {
  const value = bindExpression(context, builder, e.value);
  const parts: Expr[] = [];
  let entries: ObjectExpr['entries'][number][] = [];
  const close = (): void => {
    if (entries.length > 0) parts.push({ kind: 'object', entries, type: 'object', span: e.span });
    entries = [];
  };
  for (const item of e.items) {
    if (item.kind === 'all') {
      close();
      parts.push(allOf(value));
      continue;
    }
    const [key, part] = entry(context, builder, e.value, item);
    entries = [...entries.filter((x) => x.key !== key), { key, value: part }];
  }
  close();
  const [first = { kind: 'object', entries: [], type: 'object', span: e.span } as const, ...rest] = parts;
  const whole = rest.reduce<Expr>((a, b) => ({ kind: 'call', name: 'merge', arguments: [a, b], type: 'object', span: e.span }), first);
  if (value.kind === 'object') return whole;
  const isNull: Expr = { kind: 'is', operand: value, test: 'null', negated: false, type: 'boolean', span: e.span };
  const nothing: Expr = { kind: 'literal', value: null, type: 'null', span: e.span };
  return { kind: 'case', branches: [{ when: isNull, then: nothing }], otherwise: whole, type: 'object', span: e.span };
}

function entry(
  context: BindContext,
  builder: Builder,
  of: Ast.Identifier,
  item: Exclude<Ast.MapProjectionItem, { kind: 'all' }>,
): readonly [string, Expr] {
  switch (item.kind) {
    case 'entry':
      return [item.key.text, bindExpression(context, builder, item.value)];
    case 'variable':
      return [item.name.text, bindExpression(context, builder, { kind: 'identifier', name: item.name.text, span: item.name.span })];
    case 'field': {
      const { span } = item.name;
      const field = bindExpression(context, builder, { kind: 'field', value: of, name: item.name, span });
      // MISSING would leave the key out.
      const absent: Expr = { kind: 'literal', value: null, type: 'null', span };
      return [item.name.text, { kind: 'call', name: 'coalesce', arguments: [field, absent], type: field.type, span }];
    }
  }
}

function allOf(value: Expr): Expr {
  if (value.kind === 'object') return value;
  return { kind: 'call', name: 'properties', arguments: [value], type: 'object', span: value.span };
}
