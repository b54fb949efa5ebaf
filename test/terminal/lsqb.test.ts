// The LSQB example: its scripts run, on tables and on a graph of a few elements whose subgraphs can be counted by hand.

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute } from '../../clients/terminal/execute.ts';
import { runScriptFile } from '../../clients/terminal/script.ts';
import { bench, rowsOf } from './captured.ts';

const folder = new URL('../../examples/lsqb/', import.meta.url).pathname;

let at: Awaited<ReturnType<typeof bench>>;
beforeAll(async () => {
  at = await bench();
  await runScriptFile(at.client, `${folder}schema.trefoil`);
  // Ada, Bob and Cyd know each other and live in one city; Bob's comment on Ada's post brings the tag y where the post has x.
  await execute(
    at.client,
    `CREATE (co:Country {id: 1})<-[:isPartOf]-(ci:City {id: 1}),
       (a:Person {id: 1})-[:isLocatedIn]->(ci), (b:Person {id: 2})-[:isLocatedIn]->(ci), (c:Person {id: 3})-[:isLocatedIn]->(ci),
       (a)-[:knows]->(b), (b)-[:knows]->(c), (a)-[:knows]->(c),
       (cl:TagClass {id: 1}), (x:Tag {id: 1})-[:hasType]->(cl), (y:Tag {id: 2})-[:hasType]->(cl), (c)-[:hasInterest]->(x),
       (f:Forum {id: 1})-[:hasMember]->(a), (f)-[:containerOf]->(p:Post {id: 1}), (p)-[:hasCreator]->(a), (p)-[:hasTag]->(x),
       (m:Comment {id: 1})-[:replyOf]->(p), (m)-[:hasCreator]->(b), (m)-[:hasTag]->(y), (c)-[:likes]->(p);
     INSERT INTO Continent VALUES (1); INSERT INTO Country VALUES (1, 1); INSERT INTO City VALUES (1, 1);
     INSERT INTO Person VALUES (1, 1), (2, 1), (3, 1); INSERT INTO Person_knows_Person VALUES (1, 2), (2, 3), (1, 3);
     INSERT INTO TagClass VALUES (1, NULL); INSERT INTO Tag VALUES (1, 1), (2, 1); INSERT INTO Person_hasInterest_Tag VALUES (3, 1);
     INSERT INTO Forum VALUES (1, 1); INSERT INTO Forum_hasMember_Person VALUES (1, 1); INSERT INTO Post VALUES (1, 1, 1, 1);
     INSERT INTO Comment VALUES (1, 2, 1, 1, NULL); INSERT INTO Comment_hasTag_Tag VALUES (1, 2)`,
  );
});
afterAll(() => at.end());

const counts: Readonly<Record<string, string>> = {
  'q1.trefoil': '1',
  'q1-relational.trefoil': '1',
  'q2.trefoil': '1',
  'q3.trefoil': '6',
  'q3-relational.trefoil': '6',
  'q4.trefoil': '1',
  'q5.trefoil': '1',
  'q6.trefoil': '2',
  'q6-relational.trefoil': '2',
  'q7.trefoil': '2',
  'q8.trefoil': '1',
  'q9.trefoil': '0',
};

describe('LSQB', () => {
  for (const file of readdirSync(folder).filter((name) => name.startsWith('q'))) {
    test(`${file} counts what is there.`, async () => {
      expect(await rowsOf(at.client, readFileSync(folder + file, 'utf8'))).toEqual([counts[file]]);
    });
  }
});
