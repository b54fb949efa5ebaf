// The procedures of a scenario ("And there exists a procedure test.my.proc(in :: INTEGER?) :: (out :: STRING?):") as a program brings
// them: each looks its answer up in the table of the step.

import { isDeepStrictEqual } from 'node:util';
import { clientValue } from '../../server/client-values.ts';
import type { ClientValue } from '../../server/protocol/client.ts';
import type { Procedure, ProcedureType } from '../../server/procedures.ts';
import type { Step } from './gherkin.ts';
import { parameterValue, readExpected } from './tck-value.ts';

const form = /^there exists a procedure ([\w.]+)\((.*?)\)\s*::\s*\((.*?)\)\s*:?$/;

/** Does the step say that there is a procedure? */
export function isProcedure(step: Step): boolean {
  return form.test(step.text);
}

/** All procedures of the steps. */
export function proceduresOf(steps: readonly Step[]): Procedure[] {
  return steps.flatMap((step) => {
    const found = form.exec(step.text);
    return found ? [procedureOf(found[1] ?? '', fieldsOf(found[2] ?? ''), fieldsOf(found[3] ?? ''), step.table)] : [];
  });
}

type Field = { readonly name: string; readonly type: ProcedureType };

function fieldsOf(text: string): Field[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [name = '', type = ''] = part.split('::').map((word) => word.trim());
      return { name, type: typeOf(type) };
    });
}

function typeOf(written: string): ProcedureType {
  const name = written.replace(/\?$/, '').trim();
  const types: { readonly [name: string]: ProcedureType } = {
    STRING: 'text',
    INTEGER: 'integer',
    FLOAT: 'float',
    NUMBER: 'number',
    BOOLEAN: 'boolean',
    MAP: 'object',
    NODE: 'node',
    RELATIONSHIP: 'edge',
    PATH: 'path',
    DATE: 'date',
    TIME: 'time',
    LOCALTIME: 'localtime',
    DATETIME: 'datetime',
    LOCALDATETIME: 'localdatetime',
    DURATION: 'duration',
    ANY: 'any',
  };
  if (name.startsWith('LIST')) return 'list';
  const type = types[name];
  if (type === undefined) throw new Error(`The runner does not know the type ${written}.`);
  return type;
}

function procedureOf(name: string, inputs: readonly Field[], outputs: readonly Field[], table: Step['table']): Procedure {
  const [head = [], ...lines] = table;
  const rows = lines.map((line) => new Map(head.map((column, i) => [column, cell(line[i] ?? 'null')])));
  return {
    name,
    arguments: inputs,
    yields: outputs,
    run: (values) =>
      rows
        .filter((row) => inputs.every((input) => isDeepStrictEqual(row.get(input.name), values[input.name])))
        .map((row) => Object.fromEntries(outputs.map((output) => [output.name, row.get(output.name)]))),
  };
}

function cell(text: string): ClientValue {
  return clientValue(parameterValue(readExpected(text)), true);
}
