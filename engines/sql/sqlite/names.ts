// The names of labels or edge types and their ids: small tables, held in memory and read again with the catalogue.

import type { NameTable } from '../../storage.ts';
import type { SqliteConnection } from './driver.ts';
import { catalogChanged } from './schema.ts';

export class StoredNames implements NameTable {
  readonly table: string;
  readonly #connection: SqliteConnection;
  #ids = new Map<string, number>();
  #names = new Map<number, string>();
  #epoch = -1;

  constructor(connection: SqliteConnection, table: string) {
    this.#connection = connection;
    this.table = table;
    this.reload();
  }

  /** Reads the names as this connection's snapshot has them. */
  reload(): void {
    this.#epoch = this.#connection.catalogEpoch;
    this.#ids = new Map();
    this.#names = new Map();
    for (const [id, name] of this.#connection.all(`SELECT id, name FROM ${this.table} ORDER BY id`, [], 'number')) {
      this.#remember(id as number, name as string);
    }
  }

  id(name: string): number | undefined {
    // A rollback may have undone a name that was made since.
    if (this.#epoch !== this.#connection.catalogEpoch) this.reload();
    return this.#ids.get(name);
  }

  name(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    this.reload();
    const name = this.#names.get(id);
    if (name === undefined) throw new Error(`${this.table} has no id ${id}`);
    return name;
  }

  async intern(name: string): Promise<number> {
    const known = this.id(name);
    if (known !== undefined) return known;
    // Another connection may have made it since the names were read.
    this.#connection.run(`INSERT INTO ${this.table} (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, [name]);
    const row = this.#connection.get(`SELECT id FROM ${this.table} WHERE name = ?`, [name], 'number');
    const id = row?.[0] as number;
    this.#remember(id, name);
    catalogChanged(this.#connection);
    this.#epoch = this.#connection.catalogEpoch;
    return id;
  }

  names(): readonly string[] {
    return [...this.#ids.keys()];
  }

  /** How many nodes or edges have the name: exact. */
  count(id: number): number {
    const row = this.#connection.open
      ? this.#connection.get(`SELECT count FROM ${this.table} WHERE id = ?`, [BigInt(id)], 'number')
      : undefined;
    return (row?.[0] as number | undefined) ?? 0;
  }

  addToCount(id: number, change: number): void {
    if (change !== 0) this.#connection.run(`UPDATE ${this.table} SET count = count + ? WHERE id = ?`, [BigInt(change), BigInt(id)]);
  }

  #remember(id: number, name: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}
