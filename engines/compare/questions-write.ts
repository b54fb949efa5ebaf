// The questions of the catalogue that write. They are run on the sample and rolled back; the checks of a question's forms must see the
// same rows after it.

import type { Question } from './question.ts';

export const writeQuestions: readonly Question[] = [
  {
    name: 'rename the pen',
    kind: 'change of a shared fact',
    title: 'Give the pen another name, everywhere. (One row, one node, or a copy in every line.)',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `UPDATE product SET name = 'Fountain pen' WHERE sku = 'pen'`,
        check: `SELECT l.sale, t.name FROM sale_line AS l JOIN product AS t ON t.sku = l.sku WHERE l.sku = 'pen'`,
      },
      {
        model: 'document',
        query: `UPDATE orders AS o SET lines = ARRAY CASE WHEN l.sku = 'pen' THEN object_put(l, 'name', 'Fountain pen') ELSE l END FOR l IN o.lines END
WHERE 'pen' IN o.lines[*].sku`,
        check: `SELECT o.id, l.name FROM orders AS o, o.lines AS l WHERE l.sku = 'pen'`,
      },
      {
        model: 'graph',
        query: `MATCH (t:Product {sku: 'pen'}) SET t.name = 'Fountain pen'`,
        check: `MATCH (o:Order)-[:CONTAINS]->(t:Product {sku: 'pen'}) RETURN o.id, t.name`,
      },
    ],
  },
  {
    name: 'one line of an order',
    kind: 'change of a nested part',
    title: 'Set the quantity of the first line of one order to 9.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `UPDATE sale_line SET qty = 9 WHERE sale = 8 AND line = 1`,
        check: `SELECT l.sku, l.qty FROM sale_line AS l WHERE l.sale = 8`,
      },
      {
        model: 'document',
        query: `UPDATE orders SET lines[0].qty = 9 WHERE id = 8`,
        check: `SELECT l.sku, l.qty FROM orders AS o, o.lines AS l WHERE o.id = 8`,
      },
      {
        model: 'graph',
        query: `MATCH (:Order {id: 8})-[l:CONTAINS {line: 1}]->() SET l.qty = 9`,
        check: `MATCH (:Order {id: 8})-[l:CONTAINS]->(t) RETURN t.sku, l.qty`,
      },
    ],
  },
  {
    name: 'delete an order',
    kind: 'delete with what belongs to it',
    title: 'Delete one order with all its lines.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `DELETE FROM sale WHERE id = 8`,
        check: `SELECT count(DISTINCT s.id) AS orders, count(*) AS lines FROM sale AS s JOIN sale_line AS l ON l.sale = s.id`,
      },
      {
        model: 'document',
        query: `DELETE FROM orders WHERE id = 8`,
        check: `SELECT count(DISTINCT o.id) AS orders, count(*) AS lines FROM orders AS o, o.lines AS l`,
      },
      {
        model: 'graph',
        query: `MATCH (o:Order {id: 8}) DETACH DELETE o`,
        check: `MATCH (o:Order)-[:CONTAINS]->() RETURN count(DISTINCT o) AS orders, count(*) AS lines`,
      },
    ],
  },
  {
    name: 'forget a person',
    kind: 'delete with what refers to it',
    title: 'Delete a person with all orders and acquaintances, and leave nobody who knows them.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `DELETE FROM person WHERE id = 10`,
        check: `SELECT (SELECT count(*) FROM person) AS people, (SELECT 2 * count(*) FROM knows) AS known, (SELECT count(*) FROM sale) AS orders`,
      },
      {
        model: 'document',
        query: `DELETE FROM orders WHERE customer = 10;
UPDATE people AS p SET knows = [k IN p.knows WHERE k <> 10] WHERE 10 IN p.knows;
DELETE FROM people WHERE id = 10`,
        check: `SELECT (SELECT count(*) FROM people) AS people, (SELECT sum(size(p.knows)) FROM people AS p) AS known, (SELECT count(*) FROM orders) AS orders`,
      },
      {
        model: 'graph',
        query: `MATCH (p:Person {id: 10}) OPTIONAL MATCH (p)-[:PLACED]->(o:Order) DETACH DELETE o, p`,
        check: `RETURN COUNT { MATCH (:Person) } AS people, COUNT { MATCH (:Person)-[:KNOWS]-(:Person) } AS known, COUNT { MATCH (:Order) } AS orders`,
      },
    ],
  },
  {
    name: 'a nickname',
    kind: 'adding a field',
    title: 'One person gets a field that nobody has had before.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `ALTER TABLE person ADD COLUMN nickname TEXT; UPDATE person SET nickname = 'Bibi' WHERE id = 5`,
        check: `SELECT p.id, p.nickname FROM person AS p`,
      },
      {
        model: 'document',
        query: `UPDATE people SET nickname = 'Bibi' WHERE id = 5`,
        check: `SELECT p.id, p.nickname FROM people AS p`,
      },
      {
        model: 'graph',
        query: `MATCH (p:Person {id: 5}) SET p.nickname = 'Bibi'`,
        check: `MATCH (p:Person) RETURN p.id, p.nickname`,
      },
    ],
  },
  {
    name: 'no such product',
    kind: 'integrity rule',
    title: 'An order cannot have a line with a product that does not exist.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `INSERT INTO sale_line VALUES (8, 9, 'unicorn', 1, 1.0)`,
        check: `SELECT l.sku, l.qty FROM sale_line AS l WHERE l.sale = 8`,
      },
      {
        model: 'document',
        notExpressible:
          'A schema of a collection tells what one document may hold, and products are no documents of their own here: nothing can say that a sku in a line must occur somewhere else.',
      },
      {
        model: 'graph',
        query: `MATCH (o:Order {id: 8}), (t:Product {sku: 'unicorn'}) CREATE (o)-[:CONTAINS {line: 9, qty: 1, price: 1.0}]->(t)`,
        check: `MATCH (:Order {id: 8})-[l:CONTAINS]->(t) RETURN t.sku, l.qty`,
      },
    ],
  },
  {
    name: 'one name, one person',
    kind: 'integrity rule',
    title: 'State that names are unique, and try to break it.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `CREATE UNIQUE INDEX one_name ON person (name); INSERT INTO person VALUES (99, 'Ada Abel', 25, 2001)`,
        check: `SELECT p.id FROM person AS p WHERE p.name = 'Ada Abel'`,
      },
      {
        model: 'document',
        query: `CREATE UNIQUE INDEX one_name ON people (name); INSERT INTO people {id: 99, name: 'Ada Abel', born: 2001, birthplace: [], knows: []}`,
        check: `SELECT p.id FROM people AS p WHERE p.name = 'Ada Abel'`,
      },
      {
        model: 'graph',
        query: `CREATE UNIQUE INDEX one_name ON :Person (name); CREATE (:Person {id: 99, name: 'Ada Abel', born: 2001})`,
        check: `MATCH (p:Person {name: 'Ada Abel'}) RETURN p.id`,
      },
    ],
  },
  {
    name: 'contacts of all kinds',
    kind: 'import of irregular records',
    title: 'Take in four contacts of which no two have the same fields.',
    writes: true,
    forms: [
      {
        model: 'relational',
        query: `CREATE TABLE contact (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, company TEXT, street TEXT, city TEXT);
CREATE TABLE contact_phone (contact INTEGER NOT NULL REFERENCES contact (id), kind TEXT, number TEXT NOT NULL, PRIMARY KEY (contact, number));
INSERT INTO contact VALUES (1, 'Ada', 'ada@example.org', NULL, NULL, NULL), (2, 'Bo', NULL, 'Acme', NULL, NULL), (3, 'Cy', NULL, NULL, '1 Mill Lane', 'Leeds'), (4, 'Di', NULL, NULL, NULL, NULL);
INSERT INTO contact_phone VALUES (2, 'home', '123'), (2, 'work', '456'), (4, NULL, '789')`,
        check: `SELECT c.name, c.mail, c.company, c.city, count(p.number) AS phones FROM contact AS c LEFT JOIN contact_phone AS p ON p.contact = c.id GROUP BY c.id`,
      },
      {
        model: 'document',
        query: `CREATE COLLECTION contacts;
INSERT INTO contacts {name: 'Ada', mail: 'ada@example.org'}, {name: 'Bo', company: 'Acme', phones: [{kind: 'home', number: '123'}, {kind: 'work', number: '456'}]},
  {name: 'Cy', address: {street: '1 Mill Lane', city: 'Leeds'}}, {name: 'Di', phones: [{number: '789'}]}`,
        check: `SELECT c.name, c.mail, c.company, c.address.city, coalesce(size(c.phones), 0) AS phones FROM contacts AS c`,
      },
      {
        model: 'graph',
        query: `CREATE (:Contact {name: 'Ada', mail: 'ada@example.org'}), (b:Contact {name: 'Bo', company: 'Acme'}), (b)-[:PHONE {kind: 'home'}]->(:Phone {number: '123'}), (b)-[:PHONE {kind: 'work'}]->(:Phone {number: '456'}),
  (:Contact {name: 'Cy', address: {street: '1 Mill Lane', city: 'Leeds'}}), (:Contact {name: 'Di'})-[:PHONE]->(:Phone {number: '789'})`,
        check: `MATCH (c:Contact) OPTIONAL MATCH (c)-[:PHONE]->(p) RETURN c.name, c.mail, c.company, c.address.city, count(p) AS phones`,
      },
    ],
  },
];
