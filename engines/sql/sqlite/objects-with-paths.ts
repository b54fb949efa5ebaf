// The paths of a collection as objects that have them all, for RESTORE PATHS. One object does, unless a field was an object in one document
// and a list in another.
//
//   a   items   items[]   items[].sku   →   {a: NULL, items: [{sku: NULL}]}

import { printAnyName } from '../../../parser/print.ts';

/** A field, or with null the elements of a list, and what was in it. */
interface Shape extends Map<string | null, Shape> {}

/** The objects as text, with commas between. */
export function objectsWith(paths: readonly (readonly (string | null)[])[]): string {
  const root: Shape = new Map();
  for (const path of paths) {
    let at = root;
    for (const step of path) {
      const inside: Shape = at.get(step) ?? new Map();
      at.set(step, inside);
      at = inside;
    }
  }
  return objects(root).join(', ');
}

function objects(shape: Shape): string[] {
  const fields = [...shape].flatMap(([name, inside]) => (name === null ? [] : [[printAnyName(name), forms(inside)] as const]));
  return [
    `{${fields.map(([name, [first = 'NULL']]) => `${name}: ${first}`).join(', ')}}`,
    ...fields.flatMap(([name, [, ...others]]) => others.map((other) => `{${name}: ${other}}`)),
  ];
}

/** What stood there: an object, a list, or something without a path of its own. */
function forms(shape: Shape): string[] {
  const elements = shape.get(null);
  // Of elements only objects and lists are noted.
  const inList = elements && (elements.size === 0 ? ['{}'] : forms(elements));
  const found = [...(shape.size > (elements ? 1 : 0) ? objects(shape) : []), ...(inList ? [`[${inList.join(', ')}]`] : [])];
  return found.length > 0 ? found : ['NULL'];
}
