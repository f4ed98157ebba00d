// Assertions are for our own mistakes and stay on in production; what the world may do wrong is
// returned as a value, never asserted.

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws when `condition` is false: a bug in this program, not in its input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks a `switch` as exhaustive: the type checker proves that it is never called. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
