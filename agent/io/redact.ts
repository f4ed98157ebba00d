// Takes secrets out of text that leaves the program, also where the text is JSON and a secret stands
// in it with its quotes and backslashes escaped.

const MASK = '[secret]';
/** Shorter values would blot out ordinary words. */
const SECRET_CHARS_MIN = 6;

export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  // The longest first: a secret may be the beginning of another one.
  for (const secret of secrets.toSorted((left, right) => right.length - left.length)) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    clean = clean.replaceAll(JSON.stringify(secret).slice(1, -1), MASK).replaceAll(secret, MASK);
  }
  return clean;
}
