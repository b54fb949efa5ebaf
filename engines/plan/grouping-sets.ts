// GROUP BY as a list of grouping sets: ROLLUP, CUBE and GROUPING SETS multiplied out.
//
//   GROUP BY a, ROLLUP (b, c)   →   (a, b, c), (a, b), (a)

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';

/** More grouping sets than this in one query are `limit/grouping-sets`. */
const groupingSetsMax = 4096;

type Set = readonly Ast.Expression[];

/** The sets of keys that rows are grouped by, each once for each way in which it is written. */
export function groupingSets(items: readonly Ast.GroupItem[], span: Span): readonly Set[] {
  return items.reduce<readonly Set[]>(
    (sets, item) => {
      const more = setsOf(item);
      checkCount(sets.length * more.length, span);
      return sets.flatMap((set) => more.map((other) => [...set, ...other]));
    },
    [[]],
  );
}

function setsOf(item: Ast.GroupItem): readonly Set[] {
  switch (item.kind) {
    case 'groupTuple':
      return [item.items];
    case 'groupingSets':
      return multiplied(item);
    default:
      return [[item]];
  }
}

function multiplied({ operator, items, span }: Ast.GroupingSets): readonly Set[] {
  switch (operator) {
    case 'sets': {
      const sets = items.flatMap(setsOf);
      checkCount(sets.length, span);
      return sets;
    }
    case 'rollup': {
      const units = items.map((item) => unitOf(item, 'ROLLUP'));
      return units.reduceRight<Set[]>((sets, _, i) => [...sets, units.slice(0, i).flat()], [units.flat()]);
    }
    case 'cube': {
      checkCount(2 ** items.length, span);
      return items
        .map((item) => unitOf(item, 'CUBE'))
        .reduceRight<Set[]>((sets, unit) => [...sets.map((set) => [...unit, ...set]), ...sets], [[]]);
    }
  }
}

function unitOf(item: Ast.GroupItem, word: string): Set {
  if (item.kind !== 'groupingSets') return item.kind === 'groupTuple' ? item.items : [item];
  throw new QueryError('bind/grouping-sets', `${word} takes expressions and lists in parentheses, no other grouping sets.`, {
    span: item.span,
    hint: 'Inside GROUPING SETS (…) others may stand.',
  });
}

function checkCount(count: number, span: Span): void {
  if (count > groupingSetsMax) {
    throw new QueryError('limit/grouping-sets', `GROUP BY asks for ${count} grouping sets; ${groupingSetsMax} are the most.`, { span });
  }
}
