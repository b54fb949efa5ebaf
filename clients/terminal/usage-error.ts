// Wrong usage of the command line that is found after its words were read.

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
