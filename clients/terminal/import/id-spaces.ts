// ID spaces of a graph import: which labels the nodes of a space have, under which property their id is kept, and whether ids
// are numbers or text. Node files fill it; edge files look their ends up through it.

import type { Client } from '../../../server/protocol/client.ts';
import { ask } from '../execute.ts';
import { nameText } from '../value-text.ts';
import type { FieldType } from './field.ts';

export interface IdSpace {
  /** A node has one of these, and there is an index on it and the id. */
  readonly labels: Set<string>;
  property: string;
  type: FieldType | undefined;
}

export class IdSpaces {
  private readonly spaces = new Map<string, IdSpace>();

  /** The space as node files made it; one that no file of this import made stands for the label of its own name. */
  get(space: string): IdSpace {
    let found = this.spaces.get(space);
    if (!found) {
      found = { labels: new Set(), property: 'id', type: undefined };
      this.spaces.set(space, found);
    }
    return found;
  }

  /** The labels to look in for an id. */
  labelsOf(space: string): readonly string[] {
    const { labels } = this.get(space);
    return labels.size > 0 ? [...labels] : space ? [space] : [];
  }
}

/** Whether ids already in the graph are numbers or text; undefined if there are none. */
export async function storedIdType(client: Client, label: string, property: string): Promise<FieldType | undefined> {
  const { rows } = await ask(client, `MATCH (n:${nameText(label)}) RETURN n.${nameText(property)} LIMIT 1`);
  const value = rows[0]?.[0];
  return typeof value === 'bigint' ? 'integer' : typeof value === 'string' ? 'text' : undefined;
}
