// The names in the database, for completion: asked for once, and again after a change of schema.

import type { Client } from '../../server/protocol/client.ts';
import { ask, namesOf } from './execute.ts';

export interface KnownNames {
  /** The columns of each table. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  /** The paths of each collection as SHOW PATHS gives them: `items[].sku`. */
  readonly collections: ReadonlyMap<string, readonly string[]>;
  readonly graphs: readonly string[];
  readonly labels: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly nodeProperties: readonly string[];
  readonly edgeProperties: readonly string[];
  readonly functions: readonly string[];
  readonly procedures: readonly string[];
  readonly indexes: readonly string[];
}

export const noNames: KnownNames = {
  tables: new Map(),
  collections: new Map(),
  graphs: [],
  labels: [],
  edgeTypes: [],
  nodeProperties: [],
  edgeProperties: [],
  functions: [],
  procedures: [],
  indexes: [],
};

/** Asks the database for its names. What cannot be had is left out. */
export async function loadNames(client: Client): Promise<KnownNames> {
  const names = (show: string): Promise<string[]> => namesOf(client, show).catch(() => []);
  const pairs = async (show: string): Promise<readonly (readonly [string, string])[]> => {
    const result = await ask(client, show).catch(() => undefined);
    return (result?.rows ?? []).map(([first, second]) => [String(first), String(second)] as const);
  };
  const properties = await pairs('SHOW PROPERTIES');
  const propertiesOf = (kind: string): string[] => properties.filter(([of]) => of === kind).map(([, name]) => name);
  return {
    tables: grouped(await names('SHOW TABLES'), await pairs('SHOW COLUMNS')),
    collections: grouped(await names('SHOW COLLECTIONS'), await pairs('SHOW PATHS')),
    graphs: await names('SHOW GRAPHS'),
    labels: await names('SHOW LABELS'),
    edgeTypes: await names('SHOW EDGE TYPES'),
    nodeProperties: propertiesOf('node'),
    edgeProperties: propertiesOf('edge'),
    functions: await names('SHOW FUNCTIONS'),
    procedures: await names('SHOW PROCEDURES'),
    indexes: await names('SHOW INDEXES'),
  };
}

function grouped(owners: readonly string[], pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map(owners.map((owner): [string, string[]] => [owner, []]));
  for (const [owner, name] of pairs) groups.get(owner)?.push(name);
  return groups;
}
