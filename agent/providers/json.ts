// Reading JSON that a stranger wrote: one object or nothing, and never an exception. Everything a
// vendor sends passes through here before anybody believes it.

export type JsonObject = { readonly [name: string]: unknown };

/** The object in `text`; undefined for anything else, valid JSON or not. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `value` if it is an object with names (not null, not a list). */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** A finite number that is not negative: every quantity on these wires is one. */
export const quantityOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
