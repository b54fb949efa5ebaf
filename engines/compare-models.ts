// COMPARE: the same question asked in two or three models. Every form is run; the answers must be the same bag of rows; then a row per
// model tells what it cost to write and to answer, and a verdict whose reason is read off the plan.

import { QueryError, didYouMean } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { parse } from '../parser/parse.ts';
import { printQuery, printStatement } from '../parser/print.ts';
import { judge } from './compare/effort.ts';
import { firstDifference } from './compare/first-difference.ts';
import { type Comparison, type Form, formStatements } from './compare/form.ts';
import type { Question } from './compare/question.ts';
import { questionNamed, questions } from './compare/questions.ts';
import { type Answer, runForm } from './compare/run-form.ts';
import { statementWrites } from './plan/bind.ts';
import type { TableOfRows } from './show.ts';
import type { Row } from './value.ts';

export async function compareQueries(statement: Ast.CompareQueries, comparison: Comparison): Promise<TableOfRows> {
  const { forms } = statement;
  if (forms.length < 2)
    throw new QueryError('bind/compare-forms', 'COMPARE needs two or three forms.', {
      span: statement.span,
      hint: 'As in COMPARE { RELATIONAL …; GRAPH … }.',
    });
  for (const [i, form] of forms.entries()) {
    if (forms.findIndex((f) => f.model === form.model) < i)
      throw new QueryError('bind/compare-forms', `There are two ${form.model} forms.`, {
        span: form.span,
        hint: 'Give one form for each model.',
      });
  }
  const writes = forms.some((f) => f.statements.some(statementWrites));
  for (const form of forms) checkForm(form, writes);
  return compareForms(
    forms.map((f) => ({ model: f.model, statements: formStatements(f.statements), check: f.check })),
    comparison,
    { writes },
  );
}

/** What is compared must be there: the rows of one query, or what a CHECK sees after the writing. */
function checkForm(form: Ast.ComparedForm, writes: boolean): void {
  if (writes && !form.check)
    throw new QueryError('bind/compare-forms', `The ${form.model} form has no CHECK, and what a form writes is compared by one.`, {
      span: form.span,
      hint: 'Behind its statements, as in GRAPH MATCH (p:Person {id: 1}) SET p.name = $name; CHECK MATCH (p:Person) RETURN p.id, p.name.',
    });
  if (form.check && statementWrites({ kind: 'query', query: form.check, span: form.check.span }))
    throw new QueryError('bind/compare-forms', 'CHECK only reads: it shows what the statements before it have left.', {
      span: form.check.span,
    });
  if (!writes && (form.check || form.statements.length > 1))
    throw new QueryError('bind/compare-forms', 'A form that only reads is one query: its rows are what is compared.', {
      span: form.span,
      hint: 'Several statements and a CHECK are for forms that write.',
    });
}

export async function compareQuestion(statement: Ast.CompareQuestion, comparison: Comparison): Promise<TableOfRows> {
  const question = questionNamed(statement.question);
  if (!question) {
    const near = didYouMean(
      statement.question,
      questions.map((q) => q.name),
      (word) => `'${word}'`,
    );
    throw new QueryError('bind/unknown-question', `There is no question "${statement.question}" in the catalogue.`, {
      span: statement.span,
      hint: near ?? 'SHOW QUESTIONS lists them.',
    });
  }
  try {
    return await compareForms(question.forms.map(parseForm), comparison, { writes: question.writes === true, question });
  } catch (error) {
    if (error instanceof QueryError && error.code === 'bind/unknown-table') {
      throw new QueryError('bind/unknown-question', 'The catalogue asks about the bundled sample, which is not in this database.', {
        span: statement.span,
        hint: 'Start the server with --sample, or use COMPARE { … } with queries of your own.',
      });
    }
    throw error;
  }
}

function parseForm(form: Question['forms'][number]): Form {
  if ('notExpressible' in form)
    return { model: form.model, statements: [], unanswered: { verdict: 'not expressible', reason: form.notExpressible } };
  const [check] = form.check === undefined ? [] : parse(form.check).statements;
  if (check && check.kind !== 'query') throw new Error('the check of a catalogue form is a query');
  const text = form.check === undefined ? form.query : `${form.query};\nCHECK ${form.check}`;
  return { model: form.model, statements: formStatements(parse(form.query).statements), check: check?.query, text };
}

interface Compared {
  readonly writes: boolean;
  readonly question?: Question;
}

async function compareForms(forms: readonly Form[], comparison: Comparison, { writes, question }: Compared): Promise<TableOfRows> {
  const asked = question ? `${question.name}: ${question.title}` : null;
  const contenders: Contender[] = [];
  for (const form of forms)
    contenders.push({ form, ...(form.unanswered === undefined && { answer: await runForm(form, comparison, writes) }) });
  const rows = judgeAnswers(contenders, comparison).map((row) => [...row, asked]);
  return { columns: [...comparisonColumns, { name: 'question', type: 'text' }], rows };
}

/** A form and what it gave; no answer: the model cannot say it. */
export interface Contender {
  readonly form: Form;
  readonly answer?: Answer;
  /** Its rows are not the same, and need not be. */
  readonly differsRightly?: string;
}

/** A row of `comparisonColumns` for each. The first that answered is what the others are held against. Throws when it must stop. */
export function judgeAnswers(contenders: readonly Contender[], { notices, options }: Pick<Comparison, 'notices' | 'options'>): Row[] {
  const answers = contenders.flatMap((c) => (c.answer ? [c.answer] : []));
  const [first] = answers;
  const verdicts = judge(answers.map((a) => a.effort));
  return contenders.map(({ form, answer: a, differsRightly }): Row => {
    const verdict = a && verdicts[answers.indexOf(a)];
    if (!a || !verdict || !first)
      return [
        form.model,
        form.unanswered?.verdict ?? null,
        form.unanswered?.reason ?? null,
        ...comparisonColumns.slice(4).map(() => null),
        form.statements.length > 0 ? formText(form) : null,
      ];
    const difference = a === first || differsRightly !== undefined ? undefined : firstDifference(first, a, options.check);
    if (difference !== undefined)
      notices.push({
        code: 'notice/different-answers',
        message: `The ${form.model} form does not answer as the ${first.form.model} form does: ${difference}`,
      });
    return [
      form.model,
      verdict.verdict,
      verdict.reason,
      a === first ? 'reference' : (differsRightly ?? difference ?? 'same'),
      BigInt(a.rows.length),
      BigInt(a.effort.tokens),
      BigInt(a.effort.statements),
      BigInt(a.effort.joins),
      BigInt(a.effort.nesting),
      a.effort.recursion,
      BigInt(a.effort.entriesRead),
      a.effort.touched === undefined ? null : BigInt(a.effort.touched),
      a.timeMs,
      a.plan,
      formText(form),
    ];
  });
}

export const comparisonColumns: TableOfRows['columns'] = [
  { name: 'model', type: 'text' },
  { name: 'verdict', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'answer', type: 'text' },
  { name: 'rows', type: 'integer' },
  { name: 'tokens', type: 'integer' },
  { name: 'statements', type: 'integer' },
  { name: 'joins', type: 'integer' },
  { name: 'nesting', type: 'integer' },
  { name: 'recursion', type: 'boolean' },
  { name: 'entriesRead', type: 'integer' },
  { name: 'touched', type: 'integer' },
  { name: 'medianMs', type: 'float' },
  { name: 'plan', type: 'text' },
  { name: 'query', type: 'text' },
];

/** As it was written in the catalogue, else as the printer writes it; statements and the check on lines of their own. */
function formText({ statements, check, text }: Form): string {
  if (text !== undefined) return text;
  return [...statements.map(printStatement), ...(check ? [`CHECK ${printQuery(check)}`] : [])].join(';\n');
}
