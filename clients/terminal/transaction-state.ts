// Whether a transaction is open, for the prompt. The server does not say so with every answer; the statements that went well tell it,
// and the errors that speak of transactions correct it.

export type TransactionState =
  | { readonly kind: 'none' }
  /** `savepoint`: a SAVEPOINT outside of a transaction began it, and its RELEASE ends it. */
  | { readonly kind: 'open'; readonly readOnly: boolean; readonly savepoint?: string }
  /** The server has rolled it back; ROLLBACK says that this was seen. */
  | { readonly kind: 'lost' };

export const noTransaction: TransactionState = { kind: 'none' };

/** The state after a statement that went well. */
export function afterStatement(state: TransactionState, text: string): TransactionState {
  const words = leadingWords(text);
  const [first = '', second = ''] = words;
  switch (first) {
    case 'BEGIN':
    case 'START':
      return { kind: 'open', readOnly: /\bREAD\s+ONLY\b/.test(words.join(' ')) };
    case 'COMMIT':
    case 'END':
      return noTransaction;
    case 'ROLLBACK':
      return second === 'TO' ? state : noTransaction;
    case 'SAVEPOINT':
      return state.kind === 'none' ? { kind: 'open', readOnly: false, savepoint: second } : state;
    case 'RELEASE': {
      const name = second === 'SAVEPOINT' ? words[2] : second;
      return state.kind === 'open' && state.savepoint === name ? noTransaction : state;
    }
    default:
      return state;
  }
}

/** The state after a statement that failed. */
export function afterFailure(state: TransactionState, text: string, code: string): TransactionState {
  if (['limit/transaction-idle', 'storage/worker-lost', 'storage/rolled-back'].includes(code))
    return state.kind === 'open' ? { kind: 'lost' } : state;
  if (code !== 'bind/transaction') return state;
  const [first] = leadingWords(text);
  if (first === 'BEGIN' || first === 'START') return state.kind === 'none' ? { kind: 'open', readOnly: false } : state;
  return first === 'COMMIT' || first === 'END' || first === 'ROLLBACK' ? noTransaction : state;
}

/** `*` in a transaction, `!` in one that is lost. */
export function stateMark(state: TransactionState): string {
  return state.kind === 'open' ? '*' : state.kind === 'lost' ? '!' : '';
}

/** The first words of a statement behind its comments, in capitals. */
function leadingWords(text: string): string[] {
  return text
    .replace(/\/\*[^]*?\*\/|(?:--|\/\/)[^\n\r]*/g, ' ')
    .trim()
    .split(/\s+/, 6)
    .map((word) => word.toUpperCase().replace(/;$/, ''));
}
