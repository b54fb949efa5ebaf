// The questions of the catalogue that only read. Each form is the best honest one its model allows; a model that cannot say it gives
// the reason.

import type { Question } from './question.ts';

export const readQuestions: readonly Question[] = [
  {
    name: 'born in the USA',
    kind: 'any depth',
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
    kind: 'join',
    title: 'Which products are in the orders of one customer?',
    forms: [
      {
        model: 'relational',
        query: `SELECT s.id, l.sku, l.qty FROM sale AS s JOIN sale_line AS l ON l.sale = s.id WHERE s.customer = 3`,
      },
      { model: 'document', query: `SELECT o.id, l.sku, l.qty FROM orders AS o, o.lines AS l WHERE o.customer = 3` },
      { model: 'graph', query: `MATCH (:Person {id: 3})-[:PLACED]->(o:Order)-[l:CONTAINS]->(t:Product) RETURN o.id, t.sku, l.qty` },
    ],
  },
  {
    name: 'shortest acquaintance',
    kind: 'shortest path',
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
    kind: 'aggregate over nested arrays',
    title: 'How often was each product sold? (An aggregate over the lines inside orders.)',
    forms: [
      { model: 'relational', query: `SELECT l.sku, sum(l.qty) AS sold FROM sale_line AS l GROUP BY l.sku` },
      { model: 'document', query: `SELECT l.sku, sum(l.qty) AS sold FROM orders AS o, o.lines AS l GROUP BY l.sku` },
      { model: 'graph', query: `MATCH (:Order)-[l:CONTAINS]->(t:Product) RETURN t.sku, sum(l.qty) AS sold` },
    ],
  },
  {
    name: 'never ordered',
    kind: 'absence',
    title: 'Who never ordered anything?',
    forms: [
      { model: 'relational', query: `SELECT p.name FROM person AS p WHERE NOT EXISTS (SELECT 1 FROM sale AS s WHERE s.customer = p.id)` },
      { model: 'document', query: `SELECT p.name FROM people AS p WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.customer = p.id)` },
      { model: 'graph', query: `MATCH (p:Person) WHERE NOT (p)-[:PLACED]->(:Order) RETURN p.name` },
    ],
  },
  {
    name: 'bought a pen',
    kind: 'existence',
    title: 'Who has a pen in any order?',
    forms: [
      {
        model: 'relational',
        query: `SELECT p.name FROM person AS p
WHERE EXISTS (SELECT 1 FROM sale AS s JOIN sale_line AS l ON l.sale = s.id WHERE s.customer = p.id AND l.sku = 'pen')`,
      },
      {
        model: 'document',
        query: `SELECT p.name FROM people AS p WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer = p.id AND 'pen' IN o.lines[*].sku)`,
      },
      {
        model: 'graph',
        query: `MATCH (p:Person) WHERE EXISTS { (p)-[:PLACED]->()-[:CONTAINS]->(:Product {sku: 'pen'}) } RETURN p.name`,
      },
    ],
  },
  {
    name: 'friends of friends',
    kind: 'fixed hops',
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
      {
        model: 'graph',
        query: `MATCH (me:Person {id: 1})-[:KNOWS]-(f)-[:KNOWS]-(far) WHERE far <> me AND NOT (me)-[:KNOWS]-(far) RETURN DISTINCT far.name`,
      },
    ],
  },
  {
    name: 'bought together',
    kind: 'many to many',
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
      {
        model: 'graph',
        query: `MATCH (:Product {sku: 'pen'})<-[:CONTAINS]-(:Order)-[:CONTAINS]->(y:Product) RETURN y.sku, count(*) AS times`,
      },
    ],
  },
  {
    name: 'people per country',
    kind: 'any depth, grouped',
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
        notExpressible:
          'A person document lists the names of its places but not which of them is the country; the kinds of places are stored in no document.',
      },
      {
        model: 'graph',
        query: `MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(c:Place {kind: 'country'}) RETURN c.name AS country, count(*) AS people`,
      },
    ],
  },
  {
    name: 'a whole order',
    kind: 'whole aggregate',
    title: 'One order with its lines, as one object',
    forms: [
      {
        model: 'relational',
        query: `SELECT {id: s.id, customer: s.customer, day: s.day, lines: COLLECT {
  SELECT {sku: l.sku, name: t.name, qty: l.qty, price: l.price} AS line FROM sale_line AS l JOIN product AS t ON t.sku = l.sku WHERE l.sale = s.id ORDER BY l.line
}} AS o FROM sale AS s WHERE s.id = 8`,
      },
      { model: 'document', query: `SELECT o FROM orders AS o WHERE o.id = 8` },
      {
        model: 'graph',
        query: `MATCH (c:Person)-[:PLACED]->(o:Order {id: 8})
RETURN {id: o.id, customer: c.id, day: o.day, lines: COLLECT {
  MATCH (o)-[l:CONTAINS]->(t:Product) RETURN {sku: t.sku, name: t.name, qty: l.qty, price: l.price} ORDER BY l.line
}} AS o`,
      },
    ],
  },
  {
    name: 'revenue by decade and month',
    kind: 'a join nobody planned',
    title: 'How much did the people of each birth decade spend in each month? (Nobody planned for this question.)',
    forms: [
      {
        model: 'relational',
        query: `SELECT p.born / 10 * 10 AS decade, s.day.month AS month, round(sum(l.qty * l.price), 2) AS revenue
FROM sale_line AS l JOIN sale AS s ON s.id = l.sale JOIN person AS p ON p.id = s.customer GROUP BY decade, month`,
      },
      {
        model: 'document',
        query: `SELECT p.born / 10 * 10 AS decade, o.day.month AS month, round(sum(l.qty * l.price), 2) AS revenue
FROM orders AS o JOIN people AS p ON p.id = o.customer, o.lines AS l GROUP BY decade, month`,
      },
      {
        model: 'graph',
        query: `MATCH (p:Person)-[:PLACED]->(o:Order)-[l:CONTAINS]->()
RETURN p.born / 10 * 10 AS decade, o.day.month AS month, round(sum(l.qty * l.price), 2) AS revenue`,
      },
    ],
  },
  {
    name: 'near a buyer',
    kind: 'hops within a bound',
    title: 'Who is within three acquaintances of somebody who bought six lamps at once?',
    forms: [
      {
        model: 'relational',
        query: `WITH RECURSIVE pair (a, b) AS (
  SELECT k.person, k.other FROM knows AS k UNION SELECT k.other, k.person FROM knows AS k
), near (id, steps) AS (
  SELECT s.customer, 0 FROM sale_line AS l JOIN sale AS s ON s.id = l.sale WHERE l.sku = 'lamp' AND l.qty = 6
  UNION
  SELECT k.b, n.steps + 1 FROM near AS n JOIN pair AS k ON k.a = n.id WHERE n.steps < 3
)
SELECT DISTINCT p.name FROM near AS n JOIN person AS p ON p.id = n.id`,
      },
      {
        model: 'document',
        query: `WITH RECURSIVE near (id, steps) AS (
  SELECT o.customer, 0 FROM orders AS o, o.lines AS l WHERE l.sku = 'lamp' AND l.qty = 6
  UNION
  SELECT k, n.steps + 1 FROM near AS n JOIN people AS p ON p.id = n.id, p.knows AS k WHERE n.steps < 3
)
SELECT DISTINCT p.name FROM near AS n JOIN people AS p ON p.id = n.id`,
      },
      {
        model: 'graph',
        query: `MATCH (:Product {sku: 'lamp'})<-[:CONTAINS {qty: 6}]-(:Order)<-[:PLACED]-(:Person)-[:KNOWS*0..3]-(p:Person) RETURN DISTINCT p.name`,
      },
    ],
  },
  {
    name: 'name of the pen',
    kind: 'a shared fact',
    title: 'Under which names is the pen sold? (One row, one node, or a copy in every line: renaming it must find as many.)',
    forms: [
      { model: 'relational', query: `SELECT t.name FROM product AS t WHERE t.sku = 'pen'` },
      { model: 'document', query: `SELECT DISTINCT l.name FROM orders AS o, o.lines AS l WHERE l.sku = 'pen'` },
      { model: 'graph', query: `MATCH (t:Product {sku: 'pen'}) RETURN t.name` },
    ],
  },
  {
    name: 'orders of one day',
    kind: 'join on values',
    title: 'Which pairs of orders were made on the same day? (Nothing in the data leads from one to the other.)',
    forms: [
      { model: 'relational', query: `SELECT a.id, b.id AS other FROM sale AS a JOIN sale AS b ON b.day = a.day WHERE a.id < b.id` },
      { model: 'document', query: `SELECT a.id, b.id AS other FROM orders AS a JOIN orders AS b ON b.day = a.day WHERE a.id < b.id` },
      { model: 'graph', query: `MATCH (a:Order), (b:Order) WHERE b.day = a.day AND a.id < b.id RETURN a.id, b.id AS other` },
    ],
  },
  {
    name: 'dearer than most',
    kind: 'aggregate and its rows',
    title: 'Which products cost more than the average product?',
    forms: [
      { model: 'relational', query: `SELECT t.name FROM product AS t WHERE t.price > (SELECT avg(price) FROM product)` },
      {
        model: 'document',
        notExpressible:
          'An order document holds the price that was paid in each line; a product that nobody ordered, and its list price, stand in no document.',
      },
      { model: 'graph', query: `MATCH (t:Product) WITH avg(t.price) AS mean MATCH (t:Product) WHERE t.price > mean RETURN t.name` },
    ],
  },
  {
    name: 'one person',
    kind: 'point lookup',
    title: 'Who has this number?',
    forms: [
      { model: 'relational', query: `SELECT p.name, p.born FROM person AS p WHERE p.id = 7` },
      { model: 'document', query: `SELECT p.name, p.born FROM people AS p WHERE p.id = 7` },
      { model: 'graph', query: `MATCH (p:Person {id: 7}) RETURN p.name, p.born` },
    ],
  },
  {
    name: 'orders of a week',
    kind: 'range',
    title: 'Which orders were made in one week of May?',
    forms: [
      { model: 'relational', query: `SELECT s.id, s.day FROM sale AS s WHERE s.day BETWEEN date('2026-05-11') AND date('2026-05-17')` },
      { model: 'document', query: `SELECT o.id, o.day FROM orders AS o WHERE o.day BETWEEN date('2026-05-11') AND date('2026-05-17')` },
      { model: 'graph', query: `MATCH (o:Order) WHERE date('2026-05-11') <= o.day <= date('2026-05-17') RETURN o.id, o.day` },
    ],
  },
  {
    name: 'common acquaintances',
    kind: 'common neighbours',
    title: 'Whom do two people both know?',
    forms: [
      {
        model: 'relational',
        query: `WITH pair (a, b) AS (
  SELECT k.person, k.other FROM knows AS k UNION ALL SELECT k.other, k.person FROM knows AS k
)
SELECT p.name FROM pair AS x JOIN pair AS y ON y.b = x.b JOIN person AS p ON p.id = x.b WHERE x.a = 22 AND y.a = 30`,
      },
      {
        model: 'document',
        query: `SELECT c.name FROM people AS a, a.knows AS k JOIN people AS c ON c.id = k WHERE a.id = 22 AND 30 IN c.knows`,
      },
      { model: 'graph', query: `MATCH (:Person {id: 22})-[:KNOWS]-(c)-[:KNOWS]-(:Person {id: 30}) RETURN c.name` },
    ],
  },
  {
    name: 'ranked by spending',
    kind: 'ranking and windows',
    title: 'In which order do the ten best customers stand, and what share of all revenue is each?',
    forms: [
      {
        model: 'relational',
        query: `SELECT p.name, round(sum(l.qty * l.price), 2) AS spent, rank() OVER (ORDER BY sum(l.qty * l.price) DESC) AS place,
  round(100 * sum(l.qty * l.price) / sum(sum(l.qty * l.price)) OVER (), 1) AS share
FROM sale AS s JOIN sale_line AS l ON l.sale = s.id JOIN person AS p ON p.id = s.customer GROUP BY p.name QUALIFY place <= 10`,
      },
      {
        model: 'document',
        query: `SELECT p.name, round(sum(l.qty * l.price), 2) AS spent, rank() OVER (ORDER BY sum(l.qty * l.price) DESC) AS place,
  round(100 * sum(l.qty * l.price) / sum(sum(l.qty * l.price)) OVER (), 1) AS share
FROM orders AS o JOIN people AS p ON p.id = o.customer, o.lines AS l GROUP BY p.name QUALIFY place <= 10`,
      },
      {
        model: 'graph',
        query: `SELECT p.name, round(sum(l.qty * l.price), 2) AS spent, rank() OVER (ORDER BY sum(l.qty * l.price) DESC) AS place,
  round(100 * sum(l.qty * l.price) / sum(sum(l.qty * l.price)) OVER (), 1) AS share
FROM MATCH (p:Person)-[:PLACED]->(:Order)-[l:CONTAINS]->() GROUP BY p.name QUALIFY place <= 10`,
      },
    ],
  },
  {
    name: 'best sellers of each month',
    kind: 'top few of each group',
    title: 'Which two products were sold most in each month?',
    forms: [
      {
        model: 'relational',
        query: `SELECT s.day.month AS month, l.sku, sum(l.qty) AS sold FROM sale AS s JOIN sale_line AS l ON l.sale = s.id GROUP BY month, l.sku
QUALIFY row_number() OVER (PARTITION BY s.day.month ORDER BY sum(l.qty) DESC, l.sku) <= 2`,
      },
      {
        model: 'document',
        query: `SELECT o.day.month AS month, l.sku, sum(l.qty) AS sold FROM orders AS o, o.lines AS l GROUP BY month, l.sku
QUALIFY row_number() OVER (PARTITION BY o.day.month ORDER BY sum(l.qty) DESC, l.sku) <= 2`,
      },
      {
        model: 'graph',
        query: `MATCH (o:Order)-[l:CONTAINS]->(t:Product)
WITH o.day.month AS month, t.sku AS sku, sum(l.qty) AS sold ORDER BY sold DESC, sku
WITH month, collect({sku: sku, sold: sold})[0..2] AS best UNWIND best AS b
RETURN month, b.sku, b.sold`,
      },
    ],
  },
  {
    name: 'people of like taste',
    kind: 'similarity by shared tags',
    title: 'Who bought at least three of the products that one person bought, and how many?',
    forms: [
      {
        model: 'relational',
        query: `SELECT o.customer AS person, count(DISTINCT y.sku) AS shared
FROM sale AS s JOIN sale_line AS x ON x.sale = s.id JOIN sale_line AS y ON y.sku = x.sku JOIN sale AS o ON o.id = y.sale
WHERE s.customer = 10 AND o.customer <> 10 GROUP BY o.customer HAVING count(DISTINCT y.sku) >= 3`,
      },
      {
        model: 'document',
        query: `SELECT o.customer AS person, count(DISTINCT y.sku) AS shared
FROM orders AS o, o.lines AS y
WHERE o.customer <> 10 AND y.sku IN (SELECT x.sku FROM orders AS s, s.lines AS x WHERE s.customer = 10)
GROUP BY o.customer HAVING count(DISTINCT y.sku) >= 3`,
      },
      {
        model: 'graph',
        query: `MATCH (:Person {id: 10})-[:PLACED]->()-[:CONTAINS]->(t)<-[:CONTAINS]-()<-[:PLACED]-(p:Person) WHERE p.id <> 10
WITH p.id AS person, count(DISTINCT t) AS shared WHERE shared >= 3 RETURN person, shared`,
      },
    ],
  },
];
