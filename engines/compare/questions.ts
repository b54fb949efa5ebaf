// The bundled catalogue: questions over the bundled sample (examples/sample.trefoil), which holds the same facts three times, as tables,
// as documents and as a graph. Each form is the best honest one its model allows; a model that cannot say it gives the reason.

import type { Model } from '../../parser/ast.ts';

export interface Question {
  readonly name: string;
  readonly title: string;
  readonly forms: readonly QuestionForm[];
}

export type QuestionForm = { readonly model: Model; readonly query: string } | { readonly model: Model; readonly notExpressible: string };

export const questions: readonly Question[] = [
  {
    name: 'born in the USA',
    title: 'Who was born in the USA, at any depth of places?',
    forms: [
      {
        model: 'relational',
        query: `WITH RECURSIVE inside (id) AS (
  SELECT p.id FROM place AS p WHERE p.name = 'USA'
  UNION
  SELECT p.id FROM place AS p JOIN inside AS i ON p.within = i.id
)
SELECT p.name FROM person AS p JOIN inside AS i ON p.born_in = i.id`,
      },
      { model: 'document', query: `SELECT p.name FROM people AS p WHERE 'USA' IN p.birthplace` },
      { model: 'graph', query: `MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) RETURN p.name` },
    ],
  },
  {
    name: 'orders with lines',
    title: 'Which products are in the orders of one customer?',
    forms: [
      {
        model: 'relational',
        query: `SELECT s.id, l.sku, l.qty FROM person AS c JOIN sale AS s ON s.customer = c.id JOIN sale_line AS l ON l.sale = s.id WHERE c.id = 3`,
      },
      { model: 'document', query: `SELECT o.id, l.sku, l.qty FROM orders AS o, o.lines AS l WHERE o.customer = 3` },
      { model: 'graph', query: `MATCH (:Person {id: 3})-[:PLACED]->(o:Order)-[l:CONTAINS]->(t:Product) RETURN o.id, t.sku, l.qty` },
    ],
  },
  {
    name: 'shortest acquaintance',
    title: 'Over how many acquaintances do two people know each other, at least?',
    forms: [
      {
        model: 'relational',
        query: `WITH RECURSIVE pair (a, b) AS (
  SELECT k.person, k.other FROM knows AS k UNION SELECT k.other, k.person FROM knows AS k
), walk (at, steps) AS (
  SELECT p.id, 0 FROM person AS p WHERE p.id = 1
  UNION
  SELECT k.b, w.steps + 1 FROM walk AS w JOIN pair AS k ON k.a = w.at WHERE w.steps < 12
)
SELECT min(w.steps) AS steps FROM walk AS w WHERE w.at = 40`,
      },
      {
        model: 'document',
        query: `WITH RECURSIVE walk (at, steps) AS (
  SELECT p.id, 0 FROM people AS p WHERE p.id = 1
  UNION
  SELECT k, w.steps + 1 FROM walk AS w JOIN people AS p ON p.id = w.at, p.knows AS k WHERE w.steps < 12
)
SELECT min(w.steps) AS steps FROM walk AS w WHERE w.at = 40`,
      },
      { model: 'graph', query: `MATCH p = ANY SHORTEST (:Person {id: 1})-[:KNOWS]-{1,}(:Person {id: 40}) RETURN length(p) AS steps` },
    ],
  },
  {
    name: 'revenue by product',
    title: 'How much did each product earn? (An aggregate over the lines inside orders.)',
    forms: [
      { model: 'relational', query: `SELECT l.sku, sum(l.qty) AS sold FROM sale_line AS l GROUP BY l.sku` },
      { model: 'document', query: `SELECT l.sku, sum(l.qty) AS sold FROM orders AS o, o.lines AS l GROUP BY l.sku` },
      { model: 'graph', query: `MATCH (:Order)-[l:CONTAINS]->(t:Product) RETURN t.sku, sum(l.qty) AS sold` },
    ],
  },
  {
    name: 'never ordered',
    title: 'Who never ordered anything?',
    forms: [
      { model: 'relational', query: `SELECT p.name FROM person AS p WHERE NOT EXISTS (SELECT 1 FROM sale AS s WHERE s.customer = p.id)` },
      { model: 'document', query: `SELECT p.name FROM people AS p WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.customer = p.id)` },
      { model: 'graph', query: `MATCH (p:Person) WHERE NOT (p)-[:PLACED]->(:Order) RETURN p.name` },
    ],
  },
  {
    name: 'friends of friends',
    title: 'Whom do the acquaintances of one person know, whom the person does not know yet?',
    forms: [
      {
        model: 'relational',
        query: `WITH pair (a, b) AS (
  SELECT k.person, k.other FROM knows AS k UNION ALL SELECT k.other, k.person FROM knows AS k
)
SELECT DISTINCT p.name FROM pair AS x JOIN pair AS y ON y.a = x.b JOIN person AS p ON p.id = y.b
WHERE x.a = 1 AND y.b <> 1 AND y.b NOT IN (SELECT z.b FROM pair AS z WHERE z.a = 1)`,
      },
      {
        model: 'document',
        query: `SELECT DISTINCT other.name FROM people AS me, me.knows AS friend JOIN people AS f ON f.id = friend, f.knows AS far JOIN people AS other ON other.id = far
WHERE me.id = 1 AND far <> 1 AND NOT far IN me.knows`,
      },
      { model: 'graph', query: `MATCH (me:Person {id: 1})-[:KNOWS]-(f)-[:KNOWS]-(far) WHERE far <> me AND NOT (me)-[:KNOWS]-(far) RETURN DISTINCT far.name` },
    ],
  },
  {
    name: 'bought together',
    title: 'Which products were bought together with a pen, and how often?',
    forms: [
      {
        model: 'relational',
        query: `SELECT y.sku, count(*) AS times FROM sale_line AS x JOIN sale_line AS y ON y.sale = x.sale AND y.sku <> x.sku WHERE x.sku = 'pen' GROUP BY y.sku`,
      },
      {
        model: 'document',
        query: `SELECT y.sku, count(*) AS times FROM orders AS o, o.lines AS x, o.lines AS y WHERE x.sku = 'pen' AND y.sku <> 'pen' GROUP BY y.sku`,
      },
      { model: 'graph', query: `MATCH (:Product {sku: 'pen'})<-[:CONTAINS]-(:Order)-[:CONTAINS]->(y:Product) RETURN y.sku, count(*) AS times` },
    ],
  },
  {
    name: 'people per country',
    title: 'How many people were born in each country?',
    forms: [
      {
        model: 'relational',
        query: `WITH RECURSIVE inside (country, id) AS (
  SELECT p.name, p.id FROM place AS p WHERE p.kind = 'country'
  UNION
  SELECT i.country, p.id FROM inside AS i JOIN place AS p ON p.within = i.id
)
SELECT i.country, count(*) AS people FROM inside AS i JOIN person AS p ON p.born_in = i.id GROUP BY i.country`,
      },
      {
        model: 'document',
        notExpressible: 'A person document lists the names of its places but not which of them is the country; the kinds of places are stored in no document.',
      },
      {
        model: 'graph',
        query: `MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(c:Place {kind: 'country'}) RETURN c.name AS country, count(*) AS people`,
      },
    ],
  },
];
