// JSON Schema for the documents of a collection: the only place that knows the library (ajv). Draft 2020-12, or draft 7 where `$schema`
// says so. The library is loaded when the first schema is used, because most databases have none.
//
//   brokenRule('{"required": ["no"]}', document)  → {path: '', text: 'must have required property \'no\'', rule: '#/required'}

import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { createRequire } from 'node:module';
import { QueryError, type Span } from '../../parser/error.ts';
import { TemporalValue, type ObjectValue, type Value } from '../value.ts';

/** The first rule that a document breaks. */
export interface BrokenRule {
  /** Where in the document: `items[0].qty`; empty: the document itself. */
  readonly path: string;
  /** What is wanted there, as a sentence goes on: `must be >= 1`. */
  readonly text: string;
  /** Where in the schema. */
  readonly rule: string;
}

type Library = new (options: object) => Ajv;

const load = createRequire(import.meta.url);
const options = { strict: true, strictTypes: false, strictTuples: false, strictRequired: false };
const libraries = new Map<string, Ajv>();
const compiled = new Map<string, ValidateFunction>();
/** Compiled schemas that are kept. */
const compiledMax = 200;

function libraryFor(text: string): Ajv {
  const draft = /"\$schema"\s*:\s*"[^"]*draft-0?7/.test(text) ? 'ajv' : 'ajv/dist/2020';
  const known = libraries.get(draft);
  if (known) return known;
  const { default: Made } = load(draft) as { default: Library };
  const { default: addFormats } = load('ajv-formats') as { default: (library: Ajv) => void };
  const library = new Made(options);
  addFormats(library);
  libraries.set(draft, library);
  return library;
}

function validatorOf(text: string): ValidateFunction {
  const known = compiled.get(text);
  if (known) return known;
  const library = libraryFor(text);
  const schema = JSON.parse(text) as object;
  // Each schema stands alone: two may have the same $id.
  library.removeSchema();
  const validator = library.compile(schema);
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(text, validator);
  return validator;
}

/** Throws `bind/schema` for a text that is no usable schema. */
export function checkSchema(text: string, span: Span): void {
  try {
    validatorOf(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new QueryError('bind/schema', `This is no JSON Schema that Trefoil can use: ${why}.`, {
      span,
      hint: 'Draft 2020-12 is expected, or draft 7 where "$schema" says so.',
    });
  }
}

/** The first rule of the schema that the document breaks, if there is one. */
export function brokenRule(schema: string, document: ObjectValue): BrokenRule | undefined {
  const validate = validatorOf(schema);
  if (validate(plainOf(document))) return undefined;
  const error = validate.errors?.[0];
  if (!error) return { path: '', text: 'must fit', rule: '#' };
  return { path: pathText(error.instancePath), text: textOf(error), rule: error.schemaPath };
}

/** The error for a document that breaks a rule. */
export function schemaError(collection: string, broken: BrokenRule, which: string): QueryError {
  const where = broken.path === '' ? 'it' : broken.path;
  return new QueryError('constraint/schema', `${which} breaks the schema of "${collection}": ${where} ${broken.text}.`, {
    hint: `The rule is ${broken.rule} of the schema.`,
  });
}

function textOf({ keyword, message, params }: ErrorObject): string {
  const text = message ?? `must pass ${keyword}`;
  const given = params as {
    additionalProperty?: string;
    unevaluatedProperty?: string;
    allowedValues?: readonly unknown[];
    allowedValue?: unknown;
  };
  const extra = given.additionalProperty ?? given.unevaluatedProperty;
  if (extra !== undefined) return `${text}, and has "${extra}"`;
  if (given.allowedValues) return `${text}: ${given.allowedValues.map((value) => JSON.stringify(value)).join(', ')}`;
  return text;
}

/** `/items/0/qty` is items[0].qty. */
function pathText(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step, i) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (/^\d+$/.test(name)) return `[${name}]`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

/** As JSON has it: a date is its text, bytes are base64. */
function plainOf(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TemporalValue) return value.text;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Map) return Object.fromEntries([...value].filter(([, v]) => v !== undefined).map(([key, v]) => [key, plainOf(v)]));
  return value;
}
