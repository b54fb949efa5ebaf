// Users, roles and tokens: CREATE, ALTER and DROP USER, GRANT and REVOKE, CREATE and DROP TOKEN.

import type * as ast from './ast.ts';
import { AlterGrammar } from './grammar-alter.ts';
import { parameter } from './literals.ts';
import { DoubleQuoted, K, Parameter, StringText } from './tokens.ts';
import { tokenSpan, unquote } from './tokenize.ts';

const ROLES: readonly ast.Role[] = ['reader', 'writer', 'owner'];

export abstract class UserGrammar extends AlterGrammar {
  protected readonly createUser = this.RULE('createUser', (start = 0): ast.CreateUser => {
    let role: ast.Role | undefined;
    this.CONSUME(K.USER);
    const before = this.SUBRULE1(this.ifNotExists);
    const name = this.SUBRULE(this.name);
    const after = this.SUBRULE2(this.ifNotExists);
    const password = this.SUBRULE(this.password);
    this.OPTION(() => {
      this.CONSUME(K.ROLE);
      role = this.SUBRULE(this.role);
    });
    return { kind: 'createUser', name, ifNotExists: before || after, password, ...(role && { role }), span: this.spanFrom(start) };
  });

  /** ALTER USER; ALTER alone is of tables and their kin. */
  protected alterUserAt(): boolean {
    return this.at(1, K.ALTER) && this.at(2, K.USER);
  }

  protected readonly alterUser = this.RULE('alterUser', (): ast.AlterUser => {
    const start = this.mark();
    this.CONSUME(K.ALTER);
    this.CONSUME(K.USER);
    const name = this.SUBRULE(this.name);
    this.OPTION(() => this.CONSUME(K.SET));
    const password = this.SUBRULE(this.password);
    return { kind: 'alterUser', name, password, span: this.spanFrom(start) };
  });

  private readonly password = this.RULE('password', (): ast.Secret => {
    this.CONSUME(K.PASSWORD);
    return this.OR<ast.Secret>([
      { ALT: () => literal(this.CONSUME(StringText)) },
      { ALT: () => literal(this.CONSUME(DoubleQuoted)) },
      {
        ALT: () => {
          const { name, span } = parameter(this.CONSUME(Parameter));
          return { kind: 'parameter', name, span };
        },
      },
    ]);
  });

  protected readonly changeRole = this.RULE('changeRole', (): ast.ChangeRole => {
    const start = this.mark();
    let kind: 'grant' | 'revoke' = 'grant';
    const role = this.OR1<ast.Role>([
      {
        ALT: () => {
          this.CONSUME(K.GRANT);
          const granted = this.SUBRULE1(this.role);
          this.CONSUME(K.TO);
          return granted;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.REVOKE);
          kind = 'revoke';
          const revoked = this.SUBRULE2(this.role);
          this.CONSUME(K.FROM);
          return revoked;
        },
      },
    ]);
    const name = this.SUBRULE(this.name);
    return { kind, role, name, span: this.spanFrom(start) };
  });

  private readonly role = this.RULE('role', (): ast.Role => {
    const { text, span } = this.SUBRULE(this.name);
    return this.ACTION(() => {
      const role = ROLES.find((known) => known === text.toLowerCase());
      return role ?? this.refuseAt('reader, writer or owner', text, span);
    });
  });

  protected readonly createToken = this.RULE('createToken', (start = 0): ast.CreateToken => {
    let user: ast.Name | undefined;
    this.CONSUME(K.TOKEN);
    const name = this.SUBRULE1(this.name);
    this.OPTION(() => {
      this.CONSUME(K.FOR);
      user = this.SUBRULE2(this.name);
    });
    return { kind: 'createToken', name, ...(user && { user }), span: this.spanFrom(start) };
  });
}

function literal(token: Parameters<typeof tokenSpan>[0]): ast.Secret {
  return { kind: 'literal', text: unquote(token.image), span: tokenSpan(token) };
}
