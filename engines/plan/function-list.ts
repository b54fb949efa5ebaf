// The scalar functions: what engines/plan/functions.ts reads at start. A signature names each parameter and its types;
// `temporal` is any of the six kinds, `number` is integer or float, `?` is optional, `...` any number.

import type { Type } from './type.ts';

interface Entry {
  readonly signature: string;
  readonly aliases: readonly string[];
  readonly result: Type | ((types: readonly Type[]) => Type);
  readonly description: string;
  readonly pure: boolean | 'with arguments';
  readonly takesNull: boolean;
}

interface Traits {
  readonly aliases?: readonly string[];
  readonly pure?: boolean | 'with arguments';
  readonly takesNull?: boolean;
}

function scalar(signature: string, result: Entry['result'], description: string, traits: Traits = {}): Entry {
  return { signature, result, description, aliases: traits.aliases ?? [], pure: traits.pure ?? true, takesNull: traits.takesNull ?? false };
}

const sameAsFirst = (types: readonly Type[]): Type => types[0] ?? 'any';
const numberOf = (types: readonly Type[]): Type => (types[0] === 'integer' || types[0] === 'float' ? types[0] : 'number');
/** The type that all have, nulls aside. */
const oneOf = (types: readonly Type[]): Type => {
  const known = [...new Set(types.filter((t) => t !== 'null'))];
  if (known.length === 0) return 'null';
  if (known.length === 1) return known[0] as Type;
  return known.every((t) => t === 'integer' || t === 'float' || t === 'number') ? 'number' : 'any';
};

const numbers: readonly Entry[] = [
  scalar('abs(x: number)', numberOf, 'The absolute value.'),
  scalar('ceil(x: number)', numberOf, 'The smallest whole number that is not below x.', { aliases: ['ceiling'] }),
  scalar('floor(x: number)', numberOf, 'The largest whole number that is not above x.'),
  scalar('round(x: number, digits?: integer)', numberOf, 'x rounded to so many digits after the point (0), halves away from zero.'),
  scalar('sign(x: number)', 'integer', '-1, 0 or 1.'),
  scalar('sqrt(x: number)', 'float', 'The square root.'),
  scalar('exp(x: number)', 'float', 'e to the power of x.'),
  scalar('ln(x: number)', 'float', 'The natural logarithm.', { aliases: ['log'] }),
  scalar('log10(x: number)', 'float', 'The logarithm to base 10.'),
  scalar('log2(x: number)', 'float', 'The logarithm to base 2.'),
  scalar('pi()', 'float', 'The number pi.'),
  scalar('e()', 'float', 'The base of natural logarithms.'),
  scalar('sin(x: number)', 'float', 'The sine of an angle in radians.'),
  scalar('cos(x: number)', 'float', 'The cosine of an angle in radians.'),
  scalar('tan(x: number)', 'float', 'The tangent of an angle in radians.'),
  scalar('cot(x: number)', 'float', 'The cotangent of an angle in radians.'),
  scalar('asin(x: number)', 'float', 'The angle in radians that has the sine x.'),
  scalar('acos(x: number)', 'float', 'The angle in radians that has the cosine x.'),
  scalar('atan(x: number)', 'float', 'The angle in radians that has the tangent x.'),
  scalar('atan2(y: number, x: number)', 'float', 'The angle in radians of the point (x, y).'),
  scalar('degrees(x: number)', 'float', 'Radians to degrees.'),
  scalar('radians(x: number)', 'float', 'Degrees to radians.'),
  scalar('pow(x: number, y: number)', 'float', 'x to the power of y.', { aliases: ['power'] }),
  scalar('mod(x: number, y: number)', oneOf, 'The rest of a division, with the sign of x.'),
  scalar('rand()', 'float', 'A random float from 0 up to but not 1.', { aliases: ['random'], pure: false }),
];

const choices: readonly Entry[] = [
  scalar('greatest(first: any, ...others: any)', oneOf, 'The largest argument; null if one is null.'),
  scalar('least(first: any, ...others: any)', oneOf, 'The smallest argument; null if one is null.'),
  scalar('coalesce(first: any, ...others: any)', oneOf, 'The first argument that is not null.', { aliases: ['ifnull'], takesNull: true }),
  scalar('nullif(a: any, b: any)', sameAsFirst, 'Null if both are equal, else the first.', { takesNull: true }),
  scalar(
    'iif(condition: boolean|number, then: any, otherwise?: any)',
    (types) => oneOf(types.slice(1)),
    'The second argument if the first is true, else the third.',
    { aliases: ['if'], takesNull: true },
  ),
  scalar('truth(x: boolean|number)', 'boolean', 'A number as a truth value: true unless it is 0.'),
  scalar('readLike(text: text, value: any)', 'any', 'The text as a date or a date and time if the value is one; else the text as it is.'),
  scalar('typeof(x: any)', 'text', "The name of the value's type: integer, text, list, …", { aliases: ['valuetype'], takesNull: true }),
];

const texts: readonly Entry[] = [
  scalar(
    'length(x: text|list|object|path|bytes)',
    'integer',
    'Characters of a text, items of a list, keys of an object, edges of a path.',
    {
      aliases: ['len'],
    },
  ),
  scalar('size(x: text|list|object|bytes)', 'integer', 'Characters of a text, items of a list, keys of an object.'),
  scalar('char_length(x: text)', 'integer', 'The number of characters (code points).', { aliases: ['character_length'] }),
  scalar('lower(x: text)', 'text', 'The text in lower case.', { aliases: ['tolower', 'lcase'] }),
  scalar('upper(x: text)', 'text', 'The text in upper case.', { aliases: ['toupper', 'ucase'] }),
  scalar('trim(x: text, characters?: text)', 'text', 'The text without spaces (or the characters given) at both ends.', {
    aliases: ['btrim'],
  }),
  scalar('ltrim(x: text, characters?: text)', 'text', 'The text without spaces (or the characters given) at its start.'),
  scalar('rtrim(x: text, characters?: text)', 'text', 'The text without spaces (or the characters given) at its end.'),
  scalar(
    'substr(x: text, start: integer, length?: integer)',
    'text',
    'A part of a text; the first character is 1, a negative start counts from the end (SQL).',
  ),
  scalar('substring(x: text, start: integer, length?: integer)', 'text', 'A part of a text; the first character is 0 (openCypher).'),
  scalar('left(x: text, length: integer)', 'text', 'The first characters.'),
  scalar('right(x: text, length: integer)', 'text', 'The last characters.'),
  scalar('replace(x: text, search: text, replacement: text)', 'text', 'The text with every occurrence replaced.'),
  scalar('split(x: text, separator: text)', 'list', 'The parts of a text between separators; an empty separator gives its characters.'),
  scalar('reverse(x: text|list)', sameAsFirst, 'The text or list backwards.'),
  scalar('instr(x: text, search: text)', 'integer', 'Where the searched text first occurs, counted from 1; 0 if it does not.', {
    aliases: ['strpos'],
  }),
  scalar('repeat(x: text, times: integer)', 'text', 'The text so many times.'),
  scalar('lpad(x: text, length: integer, fill?: text)', 'text', 'The text filled up at its start to the length, or cut to it.'),
  scalar('rpad(x: text, length: integer, fill?: text)', 'text', 'The text filled up at its end to the length, or cut to it.'),
  scalar('concat(...values: any)', 'text', 'All values as text, joined; nulls are left out.', { takesNull: true }),
  scalar('hex(x: text|bytes)', 'text', 'The bytes (of a text its UTF-8) in hexadecimal.'),
  scalar('startswith(x: text, prefix: text)', 'boolean', 'Does the text start so?', { aliases: ['starts_with'] }),
  scalar('endswith(x: text, suffix: text)', 'boolean', 'Does the text end so?', { aliases: ['ends_with'] }),
  scalar('unicode(x: text)', 'integer', 'The code point of the first character.', { aliases: ['ascii'] }),
  scalar('char(...codes: integer)', 'text', 'The text of these code points.', { aliases: ['chr'] }),
];

const conversions: readonly Entry[] = [
  scalar('tostring(x: any)', 'text', 'The value as text.', { aliases: ['to_string'] }),
  scalar('tointeger(x: any)', 'integer', 'The value as an integer (a float is cut); null if it is none.', {
    aliases: ['to_integer', 'toint'],
  }),
  scalar('tofloat(x: any)', 'float', 'The value as a float; null if it is none.', { aliases: ['to_float'] }),
  scalar('toboolean(x: any)', 'boolean', "True or false from a boolean, an integer or the texts 'true' and 'false'; else null.", {
    aliases: ['to_boolean'],
  }),
  scalar('json(x: text)', 'any', 'The value that a JSON text says.', { aliases: ['parse_json', 'fromjson'] }),
  scalar('to_json(x: any)', 'text', 'The value as JSON text.', { aliases: ['tojson'] }),
];

const lists: readonly Entry[] = [
  scalar('range(from: integer, to: integer, step?: integer)', 'list', 'The integers from … to …, both included.'),
  scalar('head(x: list)', 'any', 'The first item.'),
  scalar('last(x: list)', 'any', 'The last item.'),
  scalar('tail(x: list)', 'list', 'All items but the first.'),
  scalar('keys(x: object|node|edge)', 'list', 'The keys of an object, node or edge.', { aliases: ['object_keys'] }),
  scalar('values(x: object|node|edge)', 'list', 'The values of an object, node or edge.', { aliases: ['object_values'] }),
  scalar('array_length(x: list)', 'integer', 'The number of items.', { aliases: ['cardinality'] }),
  scalar('array_contains(x: list, value: any)', 'boolean', 'Is the value in the list?', { aliases: ['list_contains'] }),
  scalar('array_distinct(x: list)', 'list', 'The list without repeated items.', { aliases: ['list_distinct'] }),
  scalar('array_sort(x: list)', 'list', 'The items in the order of ORDER BY.', { aliases: ['list_sort'] }),
  scalar('merge(a: object, b: object)', 'object', 'An object with the keys of both; the second wins.', { aliases: ['object_merge'] }),
];

const elements: readonly Entry[] = [
  scalar('properties(x: node|edge|object)', 'object', 'The properties as an object.'),
  scalar('labels(x: node)', 'list', 'The labels of a node.'),
  scalar('type(x: edge)', 'text', 'The type of an edge.'),
  scalar('id(x: node|edge)', 'integer', 'The id of a node or edge.'),
  scalar('elementid(x: node|edge)', 'text', 'The id of a node or edge as text.', { aliases: ['element_id'] }),
  scalar('has_properties(x: any, properties: object)', 'boolean', 'Does the node or edge have all these properties, compared with =?'),
  scalar('startnode(x: edge)', 'node', 'The node where the edge starts.', { pure: false }),
  scalar('endnode(x: edge)', 'node', 'The node where the edge ends.', { pure: false }),
  scalar('nodes(x: path)', 'list', 'The nodes of a path.'),
  scalar('edges(x: path)', 'list', 'The edges of a path.', { aliases: ['relationships', 'rels'] }),
];

const times: readonly Entry[] = [
  scalar('now()', 'datetime', 'The time at which the statement started, in UTC.', { aliases: ['current_timestamp'], pure: false }),
  scalar('current_date()', 'date', 'The date at which the statement started, in UTC.', { pure: false }),
  scalar('current_time()', 'time', 'The time of day at which the statement started, in UTC.', { pure: false }),
  scalar(
    'date(x?: text|date|datetime|localdatetime|object)',
    'date',
    'A date from text, parts or another temporal value; today without argument.',
    {
      pure: 'with arguments',
    },
  ),
  scalar('time(x?: text|time|localtime|datetime|localdatetime|object)', 'time', 'A time of day in UTC; now without argument.', {
    pure: 'with arguments',
  }),
  scalar(
    'localtime(x?: text|time|localtime|datetime|localdatetime|object)',
    'localtime',
    'A time of day without offset; now without argument.',
    {
      pure: 'with arguments',
    },
  ),
  scalar('datetime(x?: text|date|datetime|localdatetime|object)', 'datetime', 'An instant in UTC; now without argument.', {
    pure: 'with arguments',
  }),
  scalar(
    'localdatetime(x?: text|date|datetime|localdatetime|object)',
    'localdatetime',
    'A date and time without offset; now without argument.',
    {
      pure: 'with arguments',
    },
  ),
  scalar('duration(x: text|duration|object)', 'duration', "A duration from ISO 8601 text such as 'P1DT2H' or from parts."),
  scalar('uuid()', 'text', 'A random UUID (version 4).', { aliases: ['randomuuid', 'gen_random_uuid'], pure: false }),
];

export const scalarList: readonly Entry[] = [...numbers, ...choices, ...texts, ...conversions, ...lists, ...elements, ...times];
