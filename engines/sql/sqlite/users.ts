// Users and their tokens in trefoil_user and trefoil_token. Neither table is in the catalogue, so no query can name them; what is stored of
// passwords and tokens leaves only through `credentials` and is compared by `tokenHolder`.

import type { Role } from '../../../parser/ast.ts';
import type { UserInfo } from '../../catalog.ts';
import type { Credentials, UserStorage } from '../../engine.ts';
import type { SqliteConnection } from './driver.ts';
import { catalogChanged } from './schema.ts';

export function readUsers(connection: SqliteConnection): UserInfo[] {
  const tokens = connection.all('SELECT id, user, name, created FROM trefoil_token ORDER BY name', [], 'number');
  return connection
    .all('SELECT id, name, roles, password_number FROM trefoil_user ORDER BY id', [], 'number')
    .map(([id, name, roles, number]) => ({
      id: id as number,
      name: name as string,
      roles: JSON.parse(roles as string) as Role[],
      passwordNumber: number as number,
      tokens: tokens
        .filter((token) => token[1] === id)
        .map(([token, , tokenName, created]) => ({ id: token as number, name: tokenName as string, created: created as string })),
    }));
}

export class SqliteUserStorage implements UserStorage {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    // SQLite's NOCASE knows the letters of ASCII alone.
    const wanted = name.toLowerCase();
    const row = this.#connection
      .all('SELECT id, password_number, password, name FROM trefoil_user', [], 'number')
      .find((each) => (each[3] as string).toLowerCase() === wanted);
    return row && { principal: { user: row[0] as number, passwordNumber: row[1] as number }, password: row[2] as string };
  }

  async tokenHolder(hash: string): Promise<Credentials['principal'] | undefined> {
    const row = this.#connection.get(
      'SELECT u.id, u.password_number, t.id FROM trefoil_token AS t JOIN trefoil_user AS u ON u.id = t.user WHERE t.hash = ?',
      [hash],
      'number',
    );
    return row && { user: row[0] as number, passwordNumber: row[1] as number, token: row[2] as number };
  }

  async create(name: string, password: string, roles: readonly Role[]): Promise<void> {
    this.#change('INSERT INTO trefoil_user (name, password, roles) VALUES (?, ?, ?)', [name, password, JSON.stringify(roles)]);
  }

  async setPassword(user: number, password: string): Promise<void> {
    this.#change('UPDATE trefoil_user SET password = ?, password_number = password_number + 1 WHERE id = ?', [password, BigInt(user)]);
  }

  async setRoles(user: number, roles: readonly Role[]): Promise<void> {
    this.#change('UPDATE trefoil_user SET roles = ? WHERE id = ?', [JSON.stringify(roles), BigInt(user)]);
  }

  async drop(user: number): Promise<void> {
    this.#connection.run('DELETE FROM trefoil_token WHERE user = ?', [BigInt(user)]);
    this.#change('DELETE FROM trefoil_user WHERE id = ?', [BigInt(user)]);
  }

  async createToken(name: string, user: number, hash: string): Promise<void> {
    const created = `${new Date().toISOString().slice(0, 19)}Z`;
    this.#change('INSERT INTO trefoil_token (name, user, hash, created) VALUES (?, ?, ?, ?)', [name, BigInt(user), hash, created]);
  }

  async dropToken(token: number): Promise<void> {
    this.#change('DELETE FROM trefoil_token WHERE id = ?', [BigInt(token)]);
  }

  #change(text: string, values: (string | bigint)[]): void {
    this.#connection.run(text, values);
    catalogChanged(this.#connection);
  }
}
