// Users, roles and tokens as text. Part of printing (print.ts). A password is printed as it was written: whoever keeps or shows the text
// masks it (mask-secrets.ts).

import type * as ast from './ast.ts';
import { printDrop } from './print-definition.ts';
import { printName, printString } from './print-expression.ts';

/** The canonical text of a statement about users. */
export function printUserStatement(statement: ast.UserStatement): string {
  switch (statement.kind) {
    case 'createUser': {
      const { name, ifNotExists, password, role } = statement;
      return `CREATE USER ${ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(name.text)} PASSWORD ${printSecret(password)}${role ? ` ROLE ${role}` : ''}`;
    }
    case 'alterUser':
      return `ALTER USER ${printName(statement.name.text)} PASSWORD ${printSecret(statement.password)}`;
    case 'dropUser':
      return printDrop('USER', statement);
    case 'dropToken':
      return printDrop('TOKEN', statement);
    case 'grant':
      return `GRANT ${statement.role} TO ${printName(statement.name.text)}`;
    case 'revoke':
      return `REVOKE ${statement.role} FROM ${printName(statement.name.text)}`;
    case 'createToken':
      return `CREATE TOKEN ${printName(statement.name.text)}${statement.user ? ` FOR ${printName(statement.user.text)}` : ''}`;
  }
}

function printSecret(secret: ast.Secret): string {
  if (secret.kind === 'literal') return printString(secret.text);
  return /^[A-Za-z_0-9]+$/.test(secret.name) ? `$${secret.name}` : `$\`${secret.name}\``;
}
