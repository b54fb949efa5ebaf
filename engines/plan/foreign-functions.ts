// Functions of other databases that have another name here, or are said with other words: the hint for an unknown function. Near misses in
// spelling are found by nearestName; these are the ones that it cannot find.

const foreign: Readonly<Record<string, string>> = {
  'apoc.coll.toset': 'array_distinct(list)',
  'apoc.convert.fromjsonlist': 'json(text)',
  'apoc.convert.fromjsonmap': 'json(text)',
  'apoc.convert.tojson': 'to_json(x)',
  'apoc.create.uuid': 'uuid()',
  'apoc.map.merge': 'merge(a, b)',
  'apoc.text.join': 'array_to_string(list, separator)',
  array_elements: 'UNNEST(list) in FROM, or UNWIND',
  charindex: 'instr(x, search)',
  choose: 'a list and its index: [a, b, c][n]',
  convert: 'CAST(x AS type)',
  datalength: 'octet_length(x)',
  digest: 'sha256(x)',
  find: 'instr(x, search)',
  find_in_set: "array_position(split(x, ','), value)",
  generate_series: 'UNNEST(range(from, to)) in FROM, or UNWIND range(from, to)',
  getdate: 'now()',
  indexof: 'instr(x, search)',
  instrb: 'instr(x, search)',
  isnull: 'x IS NULL, or coalesce(x, other)',
  isnumeric: 'toFloat(x) IS NOT NULL',
  json_array_elements: 'UNNEST(list) in FROM, or UNWIND',
  json_contains: 'array_contains(list, value)',
  json_typeof: 'typeof(x), or json_type(x)',
  jsonb_array_elements: 'UNNEST(list) in FROM, or UNWIND',
  jsonb_set: "json_set(x, '$.path', value)",
  jsonb_typeof: 'typeof(x), or json_type(x)',
  last_insert_rowid: 'RETURNING behind INSERT',
  lastval: 'RETURNING behind INSERT',
  listagg: 'string_agg(x, separator)',
  locate: 'instr(x, search), with the text first',
  lengthb: 'octet_length(x)',
  newid: 'uuid()',
  octets: 'octet_length(x)',
  patindex: 'regexp_instr(x, pattern)',
  regex_contains: 'regexp_like(x, pattern)',
  regex_replace: 'regexp_replace(x, pattern, replacement)',
  rlike: 'regexp_like(x, pattern)',
  row_to_json: 'to_json(row)',
  scope_identity: 'RETURNING behind INSERT',
  space: "repeat(' ', n)",
  square: 'pow(x, 2)',
  str: 'toString(x)',
  strlen: 'length(x)',
  stuff: 'overlay(x, replacement, start, length)',
  sysdate: 'now()',
  to_jsonb: 'the value itself; to_json(x) makes text',
  to_number: 'toNumber(x)',
  to_text: 'toString(x)',
  tostr: 'toString(x)',
  unnest: 'UNNEST(list) in FROM, or UNWIND',
  wm_concat: 'string_agg(x, separator)',
  zip: 'array_zip(x, y)',
};

/** What to write for a function of another database; undefined if it is none that is known. */
export function foreignFunction(name: string): string | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(foreign, key) ? foreign[key] : undefined;
}

/** All of them, for the test that the hints name functions that are there. */
export function foreignFunctions(): readonly (readonly [name: string, instead: string])[] {
  return Object.entries(foreign);
}
