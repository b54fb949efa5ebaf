// Statements of every kind, as people write them. The print and parse properties run over all of them.

export const SAMPLES: readonly string[] = [
  'CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT)',
  "INSERT INTO customer VALUES (1, 'Ada', 'GB'), (2, 'Grace', 'US') RETURNING *",
  'CREATE COLLECTION orders',
  "INSERT INTO orders {customer: 1, items: [{sku: 'pen', qty: 3, price: 1.5}], note: null}",
  "UPDATE orders SET shipped.at = now(), tags = ['new'] UNSET note WHERE customer = 1",
  'SELECT i.sku, sum(i.qty * i.price) AS revenue FROM orders AS o, o.items AS i GROUP BY i.sku ORDER BY revenue DESC',
  'CREATE INDEX ON orders (customer);          -- a path; also nested paths and array elements',
  "CREATE (:Person {name: 'Ada', customer: 1})-[:BORN_IN]->(:Place {name: 'Boise'})-[:WITHIN]->(:Place {name: 'Idaho'})\n  -[:WITHIN]->(:Place {name: 'USA'})",
  "MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) RETURN p.name;   -- openCypher's form",
  "MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN]->{0,}(:Place {name: 'USA'}) RETURN p.name;   -- ISO GQL's form",
  `-- documents, rows and a graph in one statement
SELECT c.name, count(*) AS lines, sum(i.qty * i.price) AS spent
FROM customer AS c
JOIN orders AS o ON o.customer = c.id, o.items AS i
JOIN MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) ON p.customer = c.id
GROUP BY c.name HAVING sum(i.qty * i.price) > 1 ORDER BY spent DESC;`,
  // definitions
  "CREATE TABLE IF NOT EXISTS t (a, b VARCHAR(30) DEFAULT 'x' UNIQUE, c DECIMAL(10,2) CHECK (c > 0), d DOUBLE PRECISION REFERENCES u (id) ON DELETE SET NULL ON UPDATE NO ACTION)",
  'CREATE TABLE t (a INTEGER, CONSTRAINT pk PRIMARY KEY (a), UNIQUE (a, b), CHECK (a <> b), FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE)',
  'CREATE TABLE t (a INTEGER DEFAULT -1 NOT NULL, b TEXT DEFAULT (1 + 2) NULL)',
  'CREATE UNIQUE INDEX IF NOT EXISTS by_name ON :Person (name DESC, address.city)',
  'CREATE INDEX by_name FOR (n:Person) ON (n.name, n.a.b[0])',
  'DROP TABLE IF EXISTS t; DROP COLLECTION c; DROP INDEX IF EXISTS i',
  'SHOW TABLES; SHOW COLLECTIONS; SHOW INDEXES; SHOW LABELS; SHOW EDGE TYPES; SHOW FUNCTIONS; SHOW PROCEDURES; SHOW QUESTIONS',
  'DESCRIBE customer; DESCRIBE :Person',
  'BEGIN; BEGIN TRANSACTION READ ONLY; begin work; COMMIT; ROLLBACK TRANSACTION',
  'EXPLAIN ANALYZE SELECT 1; EXPLAIN MATCH (n) RETURN n',
  "COMPARE { RELATIONAL SELECT 1 AS x; DOCUMENT SELECT 1 AS x; GRAPH RETURN 1 AS x }; COMPARE 'born in the USA'",
  // writes
  'INSERT INTO t (a, b) SELECT a, b FROM u RETURNING a, b AS c',
  'INSERT INTO t DEFAULT VALUES; INSERT INTO t (SELECT 1); INSERT INTO t MATCH (n) RETURN n.a',
  'INSERT INTO c {"a": "text", \'b c\': [1, 2.5, null]}, $doc',
  'UPDATE t AS x SET a.b[0].c = 1, d = d + 1 WHERE x.id IN (1, 2) RETURNING *; UPDATE t UNSET a.b',
  'DELETE FROM t AS x WHERE x.a IS MISSING RETURNING a; DELETE FROM t',
  'MATCH (n:Person) SET n.age = 3, n += {a: 1}, n:Old:Wise REMOVE n.x, n:Young DETACH DELETE n, m',
  'MATCH (a), (b) CREATE p = (a)-[:X {w: 1}]->(b), (c:Z) RETURN p',
  // SELECT
  'SELECT ALL a b, "c d", t.*, * FROM t',
  'SELECT DISTINCT a FROM t u JOIN v ON u.x = v.x LEFT OUTER JOIN w USING (a, b) CROSS JOIN y NATURAL JOIN z FULL JOIN q ON TRUE',
  'SELECT * FROM a, (b JOIN c ON b.x = c.x), (SELECT 1) AS s (one), UNNEST([1, 2]) AS i AT n, o.items i AT n, f(1, 2) AS g, $rows AS r',
  'SELECT * FROM (MATCH (a)-->(b), (b)--(c) WHERE a.x = 1) JOIN (MATCH (n) RETURN n.name AS name) AS m ON m.name = a.name',
  'SELECT * FROM GRAPH_TABLE (g MATCH (a)-[e:X]->(b) WHERE a.x > 1 COLUMNS (a.name AS a, e.w)) AS gt',
  'SELECT a FROM t GROUP BY a, b HAVING count(*) > 1 ORDER BY a ASC NULLS LAST, b DESC NULLS FIRST LIMIT 10 OFFSET 5',
  'SELECT order, group FROM t ORDER BY order OFFSET 3 LIMIT 4',
  'SELECT 1 UNION ALL SELECT 2 UNION SELECT 3 INTERSECT SELECT 4 EXCEPT VALUES (1), (2) ORDER BY 1 LIMIT 1',
  '(SELECT a FROM t ORDER BY a LIMIT 1) UNION (SELECT 2)',
  'WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10), s AS (MATCH (x) RETURN x) SELECT * FROM r, s',
  'WITH t AS (SELECT 1 AS a) FROM t WHERE a = 1 RETURN a',
  // pipelines
  'MATCH (a)-[:X]->(b) OPTIONAL MATCH (b)<-[r:Y|Z*1..3 {w: 1}]-(c) WHERE c.x = 1 WITH a, count(c) AS n ORDER BY n DESC SKIP 1 LIMIT 2 WHERE n > 1 RETURN DISTINCT a.name AS name, n',
  'FROM orders AS o, o.items AS i WHERE i.qty > 1 MATCH (p {id: o.customer}) RETURN *',
  'UNWIND [1, 2, 3] AS x WITH x WHERE x > 1 RETURN x UNION ALL MATCH (n) RETURN n.x AS x ORDER BY x LIMIT 3',
  'UNWIND (SELECT a FROM t) AS row RETURN row.a, "text", "it\\\'s"',
  "CALL algo.pagerank({label: 'Person'}) YIELD node, score AS s WHERE s > 0.1 RETURN node; CALL db.labels()",
  'MATCH p = shortestPath((a:A)-[*..5]-(b:B)), q = ANY SHORTEST (a)-[:X]->+(b), ALL SHORTEST (a)-->*(b) RETURN p',
  'MATCH (a)-->(b)<--(c)--(d)<-->(e), (x:A|B&!C), (y:%), (z:A:B WHERE z.age > 3), (w IS Person) RETURN 1',
  'MATCH (a)-[e:X WHERE e.w > 1]->{2}(b)-[]->?(c)-[:A|:B]-(d) RETURN a',
  'WITH 1 AS one, "two" AS two RETURN one, two',
  // expressions
  "RETURN 1 + 2 * 3 ^ 2 - -4 % 5 || 'a', NOT a AND b OR c XOR d, -x.y[0], - (1), 0x1F, 1e10, .5, 1.5e-3, l[1..3], l[..2], l[1..]",
  "RETURN a IS NULL, b IS NOT MISSING, c IS TRUE, d NOT IN [1], e NOT LIKE 'x%' ESCAPE '!', f NOT BETWEEN 1 AND 2, g STARTS WITH 'a' OR h ENDS WITH 'b', i CONTAINS 'c', j =~ 'd.*'",
  "RETURN CASE WHEN a THEN 1 ELSE 2 END, CASE x WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CAST(x AS DOUBLE PRECISION)",
  'RETURN [x IN xs WHERE x > 1 | x * 2], [x IN xs], all(x IN xs WHERE x), any(x IN xs WHERE x), none(x IN xs WHERE x), single(x IN xs WHERE x), [x IN xs WHERE x:A | x.name]',
  'RETURN {a: 1, "b": 2, \'c d\': 3, order: 4, select: 5}.a, count(*), count(DISTINCT x), n:Person, n:(A|B), (n:Person)',
  'MATCH (a) WHERE (a)-[:KNOWS]->() AND NOT (a)<--(b) AND (a.x + 1) > 2 AND exists((a)-[:X]-()) RETURN (a.x), (a) - [1]',
  'MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WHERE b.x = 1 } OR EXISTS { (a)-->(c) } OR COUNT { (a)--(b) } > 2 RETURN COLLECT { MATCH (a)-->(b) RETURN b.name }',
  'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u) AND a IN (SELECT b FROM u) AND (SELECT max(c) FROM u) = 1 AND a IN (1, 2) AND a = b',
  "RETURN x'00ff', $p, $1, $`odd name`, `quoted name`, `back``tick`, 'it''s', 'line\\nbreak', MISSING, NULL, true, FALSE",
  'RETURN a = b IN c, a IS NULL = b, x.select.from.`where it is`',
  '/* a comment */ SELECT 1 -- one\n, 2 // two\n;',
];
