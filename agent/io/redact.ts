// Takes secrets out of text that leaves the program.

const MASK = '[secret]';
/** Shorter values would blot out ordinary words. */
const SECRET_CHARS_MIN = 6;

export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SECRET_CHARS_MIN) clean = clean.replaceAll(secret, MASK);
  }
  return clean;
}
