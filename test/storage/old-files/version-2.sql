-- A file as Trefoil of schema version 2 made it.

BEGIN;
CREATE TABLE trefoil_meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_column (
  table_name TEXT NOT NULL COLLATE NOCASE, column_name TEXT NOT NULL COLLATE NOCASE,
  type TEXT NOT NULL, declared TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_collection (name TEXT PRIMARY KEY COLLATE NOCASE, table_name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_path (
  id INTEGER PRIMARY KEY, collection TEXT NOT NULL COLLATE NOCASE, path TEXT NOT NULL, steps TEXT NOT NULL, UNIQUE (collection, path)
) STRICT;
CREATE TABLE trefoil_index (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, kind TEXT NOT NULL CHECK (kind IN ('collection', 'label')),
  target TEXT NOT NULL, keys TEXT NOT NULL, is_unique INTEGER NOT NULL
) STRICT;
CREATE TABLE trefoil_label (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE trefoil_edge_type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE trefoil_property (
  kind TEXT NOT NULL CHECK (kind IN ('node', 'edge')), name TEXT NOT NULL, PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_node (id INTEGER PRIMARY KEY AUTOINCREMENT, labels TEXT NOT NULL, properties BLOB NOT NULL) STRICT;
CREATE TABLE trefoil_node_label (label INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (label, node)) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_edge (
  id INTEGER PRIMARY KEY AUTOINCREMENT, type INTEGER NOT NULL REFERENCES trefoil_edge_type (id),
  from_node INTEGER NOT NULL REFERENCES trefoil_node (id), to_node INTEGER NOT NULL REFERENCES trefoil_node (id),
  properties BLOB NOT NULL
) STRICT;
CREATE TABLE trefoil_change (number INTEGER PRIMARY KEY, count INTEGER NOT NULL, kind TEXT NOT NULL, items TEXT NOT NULL) STRICT;
CREATE TABLE trefoil_view (
  name TEXT NOT NULL COLLATE NOCASE, process INTEGER NOT NULL, columns TEXT, query TEXT NOT NULL, PRIMARY KEY (name, process)
) STRICT, WITHOUT ROWID;
CREATE TABLE "customer" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL, "active" INTEGER CONSTRAINT "customer_active_boolean" CHECK ("active" IN (0, 1)), "since" TEXT, "at" TEXT, "span" TEXT, "extra" BLOB, "price" ANY, "t" TEXT, CONSTRAINT "customer_check" CHECK ((length("name") > 0))) STRICT;
CREATE TABLE "bill" ("id" INTEGER PRIMARY KEY, "customer" INTEGER REFERENCES "customer" ("id") ON DELETE CASCADE, "total" REAL DEFAULT (1.0)) STRICT;
CREATE TABLE "orders" (id INTEGER PRIMARY KEY, doc BLOB NOT NULL) STRICT;
CREATE TABLE trefoil_index_2 (value ANY NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (value, doc)) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_index_3 (value ANY NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (value, node)) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_index_4 (value ANY NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (value, node)) STRICT, WITHOUT ROWID;
CREATE TABLE trefoil_index_5 (value ANY NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (value, node)) STRICT, WITHOUT ROWID;
INSERT INTO "trefoil_meta" ("key", "value") VALUES
  ('catalog', 21),
  ('creator', 'trefoil-db'),
  ('schema_version', 2);
INSERT INTO "trefoil_column" ("table_name", "column_name", "type", "declared") VALUES
  ('bill', 'total', 'float', 'FLOAT'),
  ('customer', 'active', 'boolean', 'BOOLEAN'),
  ('customer', 'at', 'datetime', 'DATETIME'),
  ('customer', 'extra', 'any', 'JSON'),
  ('customer', 'name', 'text', 'VARCHAR(30)'),
  ('customer', 'price', 'number', 'DECIMAL'),
  ('customer', 'since', 'date', 'DATE'),
  ('customer', 'span', 'duration', 'DURATION'),
  ('customer', 't', 'time', 'TIME');
INSERT INTO "trefoil_collection" ("name", "table_name") VALUES
  ('orders', 'orders');
INSERT INTO "trefoil_path" ("id", "collection", "path", "steps") VALUES
  (1, 'orders', 'no', '["no"]'),
  (2, 'orders', 'customer', '["customer"]'),
  (3, 'orders', 'at', '["at"]'),
  (4, 'orders', 'items', '["items"]'),
  (5, 'orders', 'items[]', '["items",null]'),
  (6, 'orders', 'items[].sku', '["items",null,"sku"]'),
  (7, 'orders', 'items[].qty', '["items",null,"qty"]'),
  (8, 'orders', 'items[].price', '["items",null,"price"]'),
  (9, 'orders', 'nan', '["nan"]'),
  (10, 'orders', 'flag', '["flag"]'),
  (11, 'orders', 'note', '["note"]');
INSERT INTO "trefoil_index" ("id", "name", "kind", "target", "keys", "is_unique") VALUES
  (1, 'orders_no', 'collection', 'orders', '[["no"]]', 1),
  (2, 'orders_sku', 'collection', 'orders', '[["items",null,"sku"]]', 0),
  (3, 'place_name', 'label', 'Place', '[["name"]]', 0),
  (4, 'place_since', 'label', 'Place', '[["since"]]', 0),
  (5, 'place_list', 'label', 'Place', '[["list"]]', 0);
INSERT INTO "trefoil_label" ("id", "name", "count") VALUES
  (1, 'Person', 1),
  (2, 'Place', 3),
  (3, 'Gone', 0);
INSERT INTO "trefoil_edge_type" ("id", "name", "count") VALUES
  (1, 'BORN_IN', 1),
  (2, 'WITHIN', 2),
  (3, 'WENT', 0);
INSERT INTO "trefoil_property" ("kind", "name") VALUES
  ('edge', 'sure'),
  ('node', 'born'),
  ('node', 'customer'),
  ('node', 'list'),
  ('node', 'name'),
  ('node', 'since');
INSERT INTO "trefoil_node" ("id", "labels", "properties") VALUES
  (1, '[1]', X'CC2C476E616D653741646147626F726ECC11572464617465A7313831352D31322D313087637573746F6D65721331'),
  (2, '[2]', X'CC3B476E616D6557426F6973655773696E6365CC2897246461746574696D65C71C323032302D30372D33315431303A33303A30305A5B2B30323A30305D'),
  (3, '[2]', X'BC476E616D6557496461686F'),
  (4, '[2]', X'CC15476E616D6537555341476C6973746B133135312E30');
INSERT INTO "trefoil_node_label" ("label", "node") VALUES
  (1, 1),
  (2, 2),
  (2, 3),
  (2, 4);
INSERT INTO "trefoil_edge" ("id", "type", "from_node", "to_node", "properties") VALUES
  (1, 1, 1, 2, X'6C477375726501'),
  (2, 2, 2, 3, X'0C'),
  (3, 2, 3, 4, X'0C');
INSERT INTO "trefoil_change" ("number", "count", "kind", "items") VALUES
  (4, 4, 'addNode', '[1,2,3,4]'),
  (8, 4, 'addLabel', '[[1,1],[2,2],[3,2],[4,2]]'),
  (11, 3, 'addEdge', '[[1,1,1,2],[2,2,2,3],[3,2,3,4]]'),
  (13, 2, 'addNode', '[5,6]'),
  (15, 2, 'addLabel', '[[5,3],[6,3]]'),
  (16, 1, 'addEdge', '[[4,3,5,6]]'),
  (17, 1, 'removeEdge', '[[4,3,5,6]]'),
  (19, 2, 'removeLabel', '[[5,3],[6,3]]'),
  (21, 2, 'removeNode', '[5,6]');
INSERT INTO "trefoil_view" ("name", "process", "columns", "query") VALUES
  ('names', 0, NULL, 'SELECT name FROM customer');
INSERT INTO "customer" ("id", "name", "active", "since", "at", "span", "extra", "price", "t") VALUES
  (1, 'Ada', 1, '2020-01-31', '2020-07-31T10:30:00Z[Europe/Stockholm]', 'P1Y2M10DT2H30M', X'CC2017618B133135322E3517781764CC11572464617465A7323032302D30312D3331', 1.5, '12:30:00+01:00'),
  (2, 'Grace', 0, '1906-12-09', '2021-01-01T00:00:00Z', NULL, NULL, 7, NULL);
INSERT INTO "bill" ("id", "customer", "total") VALUES
  (10, 1, 1.0),
  (11, 2, 1.0);
INSERT INTO "orders" ("id", "doc") VALUES
  (1, X'CC89276E6F133187637573746F6D65721331276174CC2897246461746574696D65C71C323032302D30372D33315431303A33303A30305A5B2B30323A30305D576974656D73CB34CC1837736B753770656E37717479133357707269636535312E35CC1837736B7537696E6B37717479133157707269636535342E30376E616EBC6724666C6F6174374E614E'),
  (2, X'CC23276E6F133287637573746F6D65721332576974656D730B47666C616701476E6F746500');
INSERT INTO "trefoil_index_2" ("value", "doc") VALUES
  ('ink', 1),
  ('pen', 1);
INSERT INTO "trefoil_index_3" ("value", "node") VALUES
  ('Boise', 2),
  ('Idaho', 3),
  ('USA', 4);
INSERT INTO "trefoil_index_4" ("value", "node") VALUES
  (X'6A7B22246461746574696D65223A22323032302D30372D33315431303A33303A30305A227D', 2);
INSERT INTO "trefoil_index_5" ("value", "node") VALUES
  (X'6A5B312C312E305D', 4);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('trefoil_edge', 4);
INSERT INTO sqlite_sequence VALUES ('trefoil_node', 6);
CREATE INDEX trefoil_edge_from ON trefoil_edge (from_node, type, to_node);
CREATE INDEX trefoil_edge_to ON trefoil_edge (to_node, type, from_node);
CREATE UNIQUE INDEX "customer_name" ON "customer" ("name");
CREATE UNIQUE INDEX "orders_no" ON "orders" ((doc ->> '$.no'));
CREATE TRIGGER trefoil_index_2_insert AFTER INSERT ON "orders" BEGIN INSERT OR IGNORE INTO trefoil_index_2 SELECT DISTINCT v, d FROM (SELECT CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END AS v, NEW.id AS d FROM json_each(CASE json_type(NEW.doc, '$.items') WHEN 'array' THEN (NEW.doc -> '$.items') WHEN 'null' THEN NULL ELSE '[' || (NEW.doc -> '$.items') || ']' END) AS e0 WHERE CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END IS NOT NULL UNION ALL SELECT x'00' AS v, NEW.id AS d WHERE json_type(NEW.doc, '$.items') NOT IN ('array', 'null')); END;
CREATE TRIGGER trefoil_index_2_delete AFTER DELETE ON "orders" BEGIN DELETE FROM trefoil_index_2 WHERE doc = OLD.id AND value IN (SELECT v FROM (SELECT CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END AS v, OLD.id AS d FROM json_each(CASE json_type(OLD.doc, '$.items') WHEN 'array' THEN (OLD.doc -> '$.items') WHEN 'null' THEN NULL ELSE '[' || (OLD.doc -> '$.items') || ']' END) AS e0 WHERE CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END IS NOT NULL UNION ALL SELECT x'00' AS v, OLD.id AS d WHERE json_type(OLD.doc, '$.items') NOT IN ('array', 'null'))); END;
CREATE TRIGGER trefoil_index_2_update AFTER UPDATE ON "orders" WHEN OLD.id <> NEW.id OR (OLD.doc -> '$.items') IS NOT (NEW.doc -> '$.items') BEGIN DELETE FROM trefoil_index_2 WHERE doc = OLD.id AND value IN (SELECT v FROM (SELECT CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END AS v, OLD.id AS d FROM json_each(CASE json_type(OLD.doc, '$.items') WHEN 'array' THEN (OLD.doc -> '$.items') WHEN 'null' THEN NULL ELSE '[' || (OLD.doc -> '$.items') || ']' END) AS e0 WHERE CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END IS NOT NULL UNION ALL SELECT x'00' AS v, OLD.id AS d WHERE json_type(OLD.doc, '$.items') NOT IN ('array', 'null'))); INSERT OR IGNORE INTO trefoil_index_2 SELECT DISTINCT v, d FROM (SELECT CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END AS v, NEW.id AS d FROM json_each(CASE json_type(NEW.doc, '$.items') WHEN 'array' THEN (NEW.doc -> '$.items') WHEN 'null' THEN NULL ELSE '[' || (NEW.doc -> '$.items') || ']' END) AS e0 WHERE CASE e0.type WHEN 'object' THEN (e0.value ->> '$.sku') END IS NOT NULL UNION ALL SELECT x'00' AS v, NEW.id AS d WHERE json_type(NEW.doc, '$.items') NOT IN ('array', 'null')); END;
COMMIT;
