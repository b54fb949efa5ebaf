// EXPLAIN MODELS: a query of the user's, and the same in the other models where there is a mechanical translation. For each of these the
// data that the query touches is stored the other way in a scratch database in memory, the translation is run there, and its rows are
// held against those of the query.

import { QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import { printQuery } from '../parser/print.ts';
import type { Catalog } from './catalog.ts';
import { catalogInGraph } from './choose-graph.ts';
import { comparisonColumns, type Contender, judgeAnswers } from './compare-models.ts';
import type { Comparison, Form } from './compare/form.ts';
import { differInLimitAlone, type Limited } from './compare/left-open.ts';
import { runForm } from './compare/run-form.ts';
import type { Engine } from './engine.ts';
import { statementWrites } from './plan/bind.ts';
import { typesOfValues } from './plan/typing.ts';
import { prepareStatement } from './prepare-statement.ts';
import { queryOf, rowsOfText } from './rows-of-text.ts';
import type { TableOfRows } from './show.ts';
import { graphTo } from './translate/from-graph.ts';
import { documentsToGraph, documentsToTables, readDocuments } from './translate/from-documents.ts';
import { joinsToDocuments } from './translate/joins-to-documents.ts';
import { joinsToGraph } from './translate/joins-to-graph.ts';
import { readJoins } from './translate/read-joins.ts';
import { readPattern } from './translate/read-pattern.ts';
import type { ReadRows, Stored, StoredTexts, Translation } from './translate/storage.ts';
import { randomCall, Untranslatable } from './translate/syntax.ts';
import type { Row } from './value.ts';

/** A translation by model. */
export interface Translated {
  readonly model: Ast.Model;
  readonly others: readonly { readonly model: Ast.Model; readonly translate: () => Translation }[];
}

/** A database in memory that holds one translation's data. */
export interface Scratch {
  readonly engine: Engine;
  store(parts: readonly Stored[], read: ReadRows, check: (() => void) | undefined): Promise<StoredTexts>;
  close(): Promise<void>;
}

/** What the translations of a query would be. `bind/no-translation` for one that has none in any model. */
function translationsOf(query: Ast.Query, catalog: Catalog): Translated {
  try {
    if (statementWrites({ kind: 'query', query, span: query.span })) throw new Untranslatable('it writes');
    const random = randomCall(query);
    if (random !== undefined) throw new Untranslatable(`${random} gives another value each time`);
    const pattern = readPattern(query);
    if (pattern)
      return {
        model: 'graph',
        others: [
          { model: 'relational', translate: () => graphTo('relational', pattern, catalog) },
          { model: 'document', translate: () => graphTo('document', pattern, catalog) },
        ],
      };
    const joins = readJoins(query, catalog);
    if (joins)
      return {
        model: 'relational',
        others: [
          { model: 'document', translate: () => joinsToDocuments(joins, catalog) },
          { model: 'graph', translate: () => joinsToGraph(joins, catalog) },
        ],
      };
    const documents = readDocuments(query, catalog);
    if (documents)
      return {
        model: 'document',
        others: [
          { model: 'relational', translate: () => documentsToTables(documents, catalog) },
          { model: 'graph', translate: () => documentsToGraph(documents, catalog) },
        ],
      };
    throw new Untranslatable('it is not a pattern, a SELECT over tables, or a SELECT over collections and their arrays');
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    throw new QueryError('bind/no-translation', `This query is not translated: ${error.message}.`, {
      span: query.span,
      hint: 'COMPARE { … } takes forms that you write yourself.',
    });
  }
}

/** A row for the query, and one for each other model. */
export async function explainModels(
  statement: Ast.ExplainModels,
  comparison: Comparison,
  openScratch: () => Promise<Scratch>,
): Promise<TableOfRows> {
  const { query } = statement;
  const own = planned(query);
  // Whatever is wrong with the query itself is said first.
  comparison.prepare(own, comparison.engine);
  const { model, others } = translationsOf(query, catalogInGraph(comparison.engine.catalog(), comparison.options.graph ?? undefined));
  const form: Form = { model, statements: [own], text: printQuery(query) };
  const reference = { form, comparison, answer: await runForm(form, comparison, false) };
  const contenders: Contender[] = [reference];
  const data: (string | null)[] = [null];
  for (const other of others) {
    const scratch = await openScratch();
    try {
      const { contender, stored } = await runTranslation(other, reference, scratch);
      contenders.push(contender);
      data.push(stored);
    } finally {
      await scratch.close();
    }
  }
  const rows = judgeAnswers(contenders, comparison).map((row, i): Row => [...row, data[i] ?? null, null]);
  return { columns: [...comparisonColumns, { name: 'data', type: 'text' }, { name: 'question', type: 'text' }], rows };
}

async function runTranslation(
  { model, translate }: Translated['others'][number],
  reference: Limited,
  scratch: Scratch,
): Promise<{ contender: Contender; stored: string | null }> {
  const { comparison } = reference;
  const { engine, options, prepare } = comparison;
  let form: Form = { model, statements: [] };
  let stored: string | null = null;
  const unanswered = (
    verdict: NonNullable<Form['unanswered']>['verdict'],
    reason: string,
  ): { contender: Contender; stored: string | null } => ({
    contender: { form: { ...form, unanswered: { verdict, reason } } },
    stored,
  });
  try {
    const translation = translate();
    const translated = queryOf(translation.query);
    form = { model, statements: [translated], text: printQuery(translated.query) };
    const read = {
      prepare: (statement: Ast.QueryStatement) => prepare(statement, engine),
      check: options.check,
      batchRows: options.batchRows,
    };
    const { texts, tooMuch } = await scratch.store(translation.stored, (text) => rowsOfText(text, engine, read), options.check);
    stored = texts.join(';\n');
    if (tooMuch !== undefined) return unanswered('not run', tooMuch);
    const there = inScratch(comparison, scratch.engine);
    const answer = await runForm(form, there, false);
    const open = await differInLimitAlone(reference, { form, answer, comparison: there });
    return { contender: { form, answer, ...(open && { differsRightly: sameButLimit }) }, stored };
  } catch (error) {
    if (error instanceof Untranslatable) return unanswered('not translated', `There is no mechanical translation: ${error.message}.`);
    // What is wrong with a value there says something of the translation, and nothing against the others.
    if (!(error instanceof QueryError) || !/^(type|constraint|bind|syntax)\//.test(error.code)) throw error;
    return unanswered('not run', `The translation fails: ${error.message}`);
  }
}

/** Without ORDER BY, or among rows that it leaves equal. */
const sameButLimit = 'same but for which rows LIMIT takes';

function planned(query: Ast.Query): Ast.QueryStatement {
  return { kind: 'query', query, span: query.span };
}

function inScratch(comparison: Comparison, engine: Engine): Comparison {
  const { options } = comparison;
  const parameters = typesOfValues(options.parameters);
  const prepare: Comparison['prepare'] = (statement, by, byRows = false) =>
    prepareStatement(statement, {
      engine: by,
      catalog: engine.catalog(),
      parameters,
      modes: { ...options.modes, ...(byRows && { noPushdown: true }) },
      interruptible: options.check !== undefined,
    });
  engine.setCheck({ check: options.check });
  return { ...comparison, engine, notices: [], prepare };
}
